/** Where the demo's cast works: facilities of several types, with addresses and divisions. */
import { castId } from './ids.ts'

/** A legal entity's address, in the platform's format. */
export interface Address {
  readonly type: 'REGISTRATION' | 'RESIDENCE'
  readonly country: 'UA'
  readonly area: string
  readonly settlement_type: 'CITY' | 'TOWNSHIP' | 'VILLAGE'
  readonly settlement: string
  readonly street_type: 'STREET' | 'AVENUE' | 'SQUARE'
  readonly street: string
  readonly building: string
  readonly zip: string
}

/** A legal entity; `clientType` is the type of the client that acts for it. */
export interface Facility {
  readonly id: string
  readonly name: string
  readonly edrpou: string
  readonly type: string
  readonly clientType: 'NHS' | 'PLATFORM' | 'MSP' | 'PHARMACY'
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'REORGANIZED' | 'CLOSED'
  readonly addresses: readonly Address[]
}

/** A division of one of them. */
interface CastDivision {
  readonly id: string
  readonly legal_entity_id: string
  readonly name: string
  readonly type: string
  readonly status: 'ACTIVE' | 'INACTIVE'
}

function kyiv(street: string, building: string, zip: string): readonly Address[] {
  const where = { country: 'UA', area: 'М.КИЇВ', settlement_type: 'CITY', settlement: 'КИЇВ' } as const
  return [{ type: 'RESIDENCE', ...where, street_type: 'STREET', street, building, zip }]
}

const facility = (number: number, rest: Omit<Facility, 'id' | 'status'>, status: Facility['status'] = 'ACTIVE') => ({
  id: castId('legal_entity', number),
  ...rest,
  status,
})

/** The facilities, by name. */
export const FACILITIES = {
  nhs: facility(10, {
    name: 'Національна служба здоров’я України (демо)',
    edrpou: '42032422',
    type: 'NHS',
    clientType: 'NHS',
    addresses: kyiv('Степана Бандери', '19', '04073'),
  }),
  platform: facility(11, {
    name: 'Платформа ЕСОЗ (демо)',
    edrpou: '00000011',
    type: 'PLATFORM',
    clientType: 'PLATFORM',
    addresses: [],
  }),
  clinic: facility(12, {
    name: 'Центр первинної допомоги «Звірка» (демо)',
    edrpou: '00000012',
    type: 'PRIMARY_CARE',
    clientType: 'MSP',
    addresses: kyiv('Ярославів Вал', '7', '01054'),
  }),
  hospital: facility(13, {
    name: 'Міська поліклініка (демо)',
    edrpou: '00000013',
    type: 'OUTPATIENT',
    clientType: 'MSP',
    addresses: kyiv('Саксаганського', '100', '01032'),
  }),
  pharmacy: facility(14, {
    name: 'Аптека «Під каштаном» (демо)',
    edrpou: '00000014',
    type: 'PHARMACY',
    clientType: 'PHARMACY',
    addresses: kyiv('Хрещатик', '22', '01001'),
  }),
  closed: facility(
    15,
    {
      name: 'Амбулаторія, що закрилася (демо)',
      edrpou: '00000015',
      type: 'PRIMARY_CARE',
      clientType: 'MSP',
      addresses: kyiv('Межигірська', '3', '04071'),
    },
    'CLOSED',
  ),
  suspended: facility(
    16,
    {
      name: 'Амбулаторія, діяльність якої призупинено (демо)',
      edrpou: '00000016',
      type: 'PRIMARY_CARE',
      clientType: 'MSP',
      addresses: kyiv('Кирилівська', '51', '04080'),
    },
    'SUSPENDED',
  ),
  reorganized: facility(
    17,
    {
      name: 'Центр первинної допомоги, що реорганізується (демо)',
      edrpou: '00000017',
      type: 'PRIMARY_CARE',
      clientType: 'MSP',
      addresses: kyiv('Глибочицька', '17', '04050'),
    },
    'REORGANIZED',
  ),
} as const satisfies Readonly<Record<string, Facility>>

/** The name of a facility. */
export type FacilityName = keyof typeof FACILITIES

const division = (number: number, of: FacilityName, name: string, type: string): CastDivision => ({
  ...{ id: castId('division', number), legal_entity_id: FACILITIES[of].id, name, type },
  status: 'ACTIVE',
})

/** The divisions, by name. */
export const DIVISIONS = {
  clinic: division(1, 'clinic', 'Амбулаторія № 1', 'AMBULANT_CLINIC'),
  clinicOfChildren: division(2, 'clinic', 'Дитяче відділення', 'CLINIC'),
  clinicClosed: { ...division(3, 'clinic', 'Відділення, що закрилося', 'CLINIC'), status: 'INACTIVE' },
  hospital: division(4, 'hospital', 'Поліклінічне відділення', 'CLINIC'),
  pharmacy: division(5, 'pharmacy', 'Аптечний пункт № 1', 'DRUGSTORE'),
} as const satisfies Readonly<Record<string, CastDivision>>

/** The name of a division. */
export type DivisionName = keyof typeof DIVISIONS
