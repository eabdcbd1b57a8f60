/** The question of `zvirka call`: from the options or as a JSON object from standard input. Its values are personal; no error repeats them. */
import type { Questions, ServiceName } from '../registries/services.ts'
import { UsageError } from './exit.ts'

/** The fields of a question, under their names in standard input; the options have the same names with hyphens. */
export const questionFields = {
  serial: 'series of a passport: the two letters before the number; an ID card has none',
  number: 'document number',
  unzr: 'UNZR, sent as given',
  rnokpp: 'tax id (RNOKPP), or the passport number if the person has no tax id',
  family_name: 'family name',
  given_name: 'given name',
  patronymic_name: 'patronymic, if any',
  birth_date: 'birth date, YYYY-MM-DD',
} as const

/** The name of a field. */
type QuestionField = keyof typeof questionFields
/** The given texts. */
export type Given = Readonly<Partial<Record<QuestionField, string>>>

interface Wanted {
  readonly needed: readonly QuestionField[]
  readonly optional: readonly QuestionField[]
}

const passport: Wanted = { needed: ['number'], optional: ['serial'] }
const wanted: Readonly<Record<ServiceName, Wanted>> = {
  checkunzr: { needed: ['unzr', 'family_name', 'given_name', 'birth_date'], optional: ['patronymic_name'] },
  unzr: { needed: ['unzr'], optional: [] },
  CheckPassportStatus: passport,
  CheckPassportDMSStatus: passport,
  InfoRNOKPPDRFO: {
    needed: ['rnokpp', 'family_name', 'given_name', 'birth_date'],
    optional: ['patronymic_name'],
  },
  GetDeathArByFullNameAndBirthDate: {
    needed: ['family_name', 'given_name', 'birth_date'],
    optional: ['patronymic_name'],
  },
}

const isField = (name: string): name is QuestionField => Object.hasOwn(questionFields, name)

/** Parses the question from standard input: one JSON object of texts. */
export function parseGiven(text: string): Given {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new UsageError('standard input is not JSON', 'give one object, such as {"serial":"…","number":"…"}')
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new UsageError('standard input is not a JSON object', 'give one object, such as {"serial":"…","number":"…"}')
  }
  const given: Partial<Record<QuestionField, string>> = {}
  for (const [name, value] of Object.entries(read)) {
    if (!isField(name)) throw new UsageError('standard input has an unknown field', known)
    if (value === null) continue
    if (typeof value !== 'string') throw new UsageError(`standard input: ${name} must be a string`)
    given[name] = value
  }
  return given
}

const known = `the fields are ${Object.keys(questionFields).join(', ')}`

/** A service and the question for it. */
export type CallQuestion = {
  [Name in ServiceName]: { readonly service: Name; readonly question: Questions[Name] }
}[ServiceName]

/** Creates the question for a service; reports missing and superfluous fields by name. */
export function questionOf(service: ServiceName, given: Given): CallQuestion {
  const { needed, optional } = wanted[service]
  const missing = needed.filter((name) => given[name] === undefined)
  if (missing.length > 0) throw new UsageError(`${service} needs ${missing.map(option).join(', ')}`, usage)
  const surplus = Object.keys(given)
    .filter(isField)
    .filter((name) => !needed.includes(name) && !optional.includes(name))
  if (surplus.length > 0) throw new UsageError(`${service} does not take ${surplus.map(option).join(', ')}`, usage)
  return asked(service, given)
}

const usage = 'see zvirka call --help; with --stdin the names have underscores'

/** The option of a field. */
export function option(name: QuestionField): string {
  return `--${name.replaceAll('_', '-')}`
}

function asked(service: ServiceName, given: Given): CallQuestion {
  const { serial, number = '', unzr = '', rnokpp = '' } = given
  const { family_name = '', given_name = '', patronymic_name, birth_date = '' } = given
  switch (service) {
    case 'CheckPassportStatus':
    case 'CheckPassportDMSStatus':
      return { service, question: { passType: '0101', pasSerial: serial, pasNumber: number } }
    case 'unzr':
      return { service, question: { unzr } }
    case 'checkunzr': {
      const names = { familyName: family_name, givenName: given_name, patronymicName: patronymic_name }
      return { service, question: { unzr, ...names, dateBirth: birth_date } }
    }
    case 'InfoRNOKPPDRFO': {
      const names = { lastName: family_name, firstName: given_name, middleName: patronymic_name }
      return { service, question: { rnokpp, ...names, birthDate: birth_date } }
    }
    case 'GetDeathArByFullNameAndBirthDate': {
      const names = { surname: family_name, name: given_name, patronymic: patronymic_name }
      return { service, question: { ...names, onDate: birth_date } }
    }
  }
}
