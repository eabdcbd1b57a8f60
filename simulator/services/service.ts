/** The services of spec 3.1 and 8.4: their questions and answers. */
import type { ServiceName } from '../../src/registries/services.ts'
import type { SimulatedRegisters } from '../registries/load.ts'
import type { PassportSet } from '../registries/passport-set.ts'
import type { UnzrRecord } from '../registries/records.ts'
import type { SoapFault } from '../security-server/fault.ts'
import type { ActsReply } from './death-acts.ts'

/** The serviceCodes that the simulator has. */
export const simulatedServiceNames = [
  ...(['checkunzr', 'unzr', 'CheckPassportStatus', 'CheckPassportDMSStatus'] as const),
  ...(['InfoRNOKPPDRFO', 'GetDeathArByFullNameAndBirthDate'] as const),
] as const
/** The serviceCode on the wire. */
export type SimulatedServiceName = (typeof simulatedServiceNames)[number]

/** Values of the wrapper's children by name; '' or absent means not filled in. */
export type Fields = ReadonlyMap<string, string>

/** A registry's answer. */
export type Reply =
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'info'; readonly person: UnzrRecord | undefined }
  /** The texts of the Result elements: one, unless a fault asks for none or several; `element` is the spelling of the name. */
  | {
      readonly kind: 'result'
      readonly results: readonly string[]
      readonly message: string
      readonly element?: string
    }
  | ActsReply
  | { readonly kind: 'fault'; readonly fault: SoapFault }

/**
 * A service. `keyOf` returns what identifies the document or person asked about: serial and number without a space, the UNZR, the RNOKPP,
 * or names and birth date.
 */
export interface SimulatedService {
  readonly name: SimulatedServiceName
  /** The registry that offers it. */
  readonly provider: 'mvs' | 'drfo' | 'dracs'
  /** The WSDL's names, if they are not `urn:<name>` with elements in that namespace and a request named after the service. */
  readonly wsdl?: {
    readonly namespace: string
    readonly action: string
    readonly element: string
    readonly form: 'qualified' | 'unqualified'
  }
  readonly request: readonly { readonly name: string; readonly optional?: true }[]
  keyOf(fields: Fields): string
  answer(fields: Fields, registers: SimulatedRegisters): Reply
}

const found: Reply = { kind: 'status', status: '1' }
const notFound: Reply = { kind: 'status', status: '0' }
const incorrect: Reply = { kind: 'status', status: '-1' }

const serial = /^[А-ЯҐЄІЇA-Z]{2}$/
const unzrFormat = /^[0-9]{8}-[0-9]{5}$/

const checkunzr: SimulatedService = {
  name: 'checkunzr',
  provider: 'mvs',
  request: [
    { name: 'UNZR' },
    { name: 'familyName' },
    { name: 'givenName' },
    { name: 'patronymicName', optional: true },
    { name: 'dateBirth' },
  ],
  keyOf: (fields) => value(fields, 'UNZR'),
  answer(fields, { unzr }) {
    const family = value(fields, 'familyName')
    const given = value(fields, 'givenName')
    const birth = value(fields, 'dateBirth')
    if (!unzrFormat.test(value(fields, 'UNZR')) || family === '' || given === '' || !isDate(birth)) return incorrect
    const person = unzr.find(value(fields, 'UNZR'))
    const same =
      person !== undefined &&
      person.date_birth === birth &&
      sameName(person.family_name, family) &&
      sameName(person.given_name, given) &&
      sameName(person.patronymic_name ?? '', value(fields, 'patronymicName'))
    return same ? found : notFound
  },
}

const unzr: SimulatedService = {
  name: 'unzr',
  provider: 'mvs',
  request: [{ name: 'unzr' }],
  keyOf: (fields) => value(fields, 'unzr'),
  answer(fields, registers) {
    const asked = value(fields, 'unzr')
    // The response has no status for -1. A malformed UNZR is simply unknown (spec 4.1 asks for any text, unchecked).
    if (asked === '') return { kind: 'fault', fault: { code: 'Client', message: 'Mandatory fields are not filled in' } }
    return { kind: 'info', person: registers.unzr.find(asked) }
  },
}

function passportService(
  name: SimulatedServiceName,
  register: (registers: SimulatedRegisters) => PassportSet,
): SimulatedService {
  return {
    name,
    provider: 'mvs',
    request: [{ name: 'PassType' }, { name: 'PasSerial', optional: true }, { name: 'PasNumber' }],
    keyOf: (fields) => value(fields, 'PasSerial') + value(fields, 'PasNumber'),
    answer(fields, registers) {
      const passport = {
        passType: value(fields, 'PassType'),
        pasSerial: value(fields, 'PasSerial'),
        pasNumber: value(fields, 'PasNumber'),
      }
      const isBook = serial.test(passport.pasSerial) && /^[0-9]{6}$/.test(passport.pasNumber)
      const isCard = passport.pasSerial === '' && /^[0-9]{9}$/.test(passport.pasNumber)
      if (!/^010[12]$/.test(passport.passType) || (!isBook && !isCard)) return incorrect
      return register(registers).has(passport) ? found : notFound
    },
  }
}

const infoRnokpp: SimulatedService = {
  name: 'InfoRNOKPPDRFO',
  provider: 'drfo',
  wsdl: {
    namespace: 'http://www.talend.org/service/',
    action: 'http://www.talend.org/service/InfoRNOKPPDRFO',
    element: 'InfoRNOKPPDRFORequest',
    form: 'unqualified',
  },
  request: [
    ...[{ name: 'ExecutorEDRPOUcode' }, { name: 'ExecutorRNOKPP' }, { name: 'ExecutorFullName' }],
    ...[{ name: 'RNOKPP' }, { name: 'last_name' }, { name: 'first_name' }],
    { name: 'middle_name', optional: true },
    { name: 'date_birth' },
  ],
  keyOf: (fields) => value(fields, 'RNOKPP'),
  answer(fields, { drfo }) {
    const isFilled = infoRnokpp.request.every(({ name, optional }) => optional === true || value(fields, name) !== '')
    if (!isFilled || !isDate(value(fields, 'date_birth')))
      return { kind: 'fault', fault: { code: 'Client', message: 'Mandatory fields are not filled in' } }
    const record = drfo.find(value(fields, 'RNOKPP'))
    const same =
      record !== undefined &&
      record.date_birth === value(fields, 'date_birth') &&
      sameName(record.last_name, value(fields, 'last_name')) &&
      sameName(record.first_name, value(fields, 'first_name')) &&
      sameName(record.middle_name ?? '', value(fields, 'middle_name'))
    const result = record?.result ?? (same ? 0 : 3)
    return { kind: 'result', results: [String(result)], message: record?.error_message ?? '' }
  },
}

const deathActs: SimulatedService = {
  name: 'GetDeathArByFullNameAndBirthDate',
  provider: 'dracs',
  wsdl: {
    namespace: 'http://tempuri.org/',
    action: 'http://tempuri.org/IArDeathService/GetDeathArByFullNameAndBirthDate',
    element: 'GetDeathArByFullNameAndBirthDate',
    form: 'qualified',
  },
  request: [{ name: 'Name' }, { name: 'OnDate' }, { name: 'Patronymic', optional: true }, { name: 'Surname' }],
  keyOf: (fields) =>
    ['Surname', 'Name', 'Patronymic', 'OnDate']
      .map((name) => value(fields, name))
      .filter((each) => each !== '')
      .join(' '),
  answer(fields, { deaths }) {
    const isFilled = deathActs.request.every(({ name, optional }) => optional === true || value(fields, name) !== '')
    if (!isFilled) return { kind: 'acts', code: '4', acts: [] }
    const birthDate = value(fields, 'OnDate')
    if (!isDate(birthDate)) return { kind: 'acts', code: '5', acts: [] }
    const names = { surname: value(fields, 'Surname'), name: value(fields, 'Name') }
    const acts = deaths.find({ ...names, patronymic: value(fields, 'Patronymic'), birthDate }, new Date())
    return { kind: 'acts', code: '0', acts }
  },
}

/** The services by serviceCode. A service that streams or requests ask, and that is missing here, does not compile. */
export const services: Readonly<Record<ServiceName, SimulatedService>> = {
  checkunzr,
  unzr,
  CheckPassportStatus: passportService('CheckPassportStatus', (registers) => registers.stolenPassports),
  CheckPassportDMSStatus: passportService('CheckPassportDMSStatus', (registers) => registers.invalidPassports),
  InfoRNOKPPDRFO: infoRnokpp,
  GetDeathArByFullNameAndBirthDate: deathActs,
}

/** The service with this serviceCode. */
export function findService(code: string): SimulatedService | undefined {
  return Object.hasOwn(services, code) ? services[code as SimulatedServiceName] : undefined
}

function value(fields: Fields, name: string): string {
  return fields.get(name) ?? ''
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** Some registers are written in capitals, others are not. */
function sameName(one: string, other: string): boolean {
  return one === other || one.normalize('NFC').toUpperCase() === other.normalize('NFC').toUpperCase()
}
