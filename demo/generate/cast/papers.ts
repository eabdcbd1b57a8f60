/** Other records of the demo's cast: contracts of owners, candidates of DRACS, employee requests in each status. */
import { FACILITIES } from './facilities.ts'
import { castId } from './ids.ts'
import { CAST_PARTIES, emailOf, learned, type Member, OBJECT_OF, STAFF } from './staff.ts'

const contract = (number: number, of: 'clinic' | 'hospital' | 'pharmacy', owner: number, status: string) => ({
  ...{ id: castId('contract', number), contract_number: `0000-ДЕМО-000${number}`, status },
  ...{ contractor_legal_entity_id: FACILITIES[of].id, contractor_owner_id: castId('employee', owner) },
  ...{ start_date: '2026-01-01', end_date: '2027-12-31' },
})

/** Contracts of the facilities' owners; VERIFIED ones are suspended if the owner is replaced or renamed. */
export const CONTRACTS = [
  contract(1, 'clinic', 1, 'VERIFIED'),
  contract(2, 'clinic', 1, 'TERMINATED'),
  contract(3, 'hospital', 12, 'VERIFIED'),
  contract(4, 'pharmacy', 17, 'VERIFIED'),
]

const candidate = (number: number, party: number, entity_type: string) => ({
  ...{ id: castId('candidate', number), party_id: castId('party', party), entity_type },
  ...{ entity_id: castId('candidate', 1000 + number), status: 'NEW' },
})

/** DRACS acts about a party other than deaths: they stay when the party is updated. */
export const CANDIDATES = [candidate(3, 5, 'dracs_name_change_act')]

/** The content of a request about a member with unchanged data. */
function asked(who: Member, email: string) {
  const party = CAST_PARTIES[who.number - 1]
  const employee = party?.employees[0]
  if (party === undefined || employee === undefined) throw new RangeError('nobody of this number')
  const { last_name, first_name, second_name, birth_date, gender, tax_id, documents, phones } = party
  const object = OBJECT_OF[who.type]
  return {
    legal_entity_id: employee.legal_entity_id,
    ...(employee.division_id === null ? {} : { division_id: employee.division_id }),
    ...{ position: who.position, start_date: employee.start_date, employee_type: who.type },
    party: {
      ...{ last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id: false, email },
      ...{ documents: documents.map(({ type, number, issued_at }) => ({ type, number, issued_at })), phones },
    },
    ...(object === undefined || who.speciality === null ? {} : { [object]: learned(who.speciality) }),
  }
}

/** Another person for the same job, who is not an employee yet. */
function newcomer(
  like: Member,
  names: Member['names'],
  birth: { date: string; taxId: string; card: string },
  login: string,
) {
  const [last_name, first_name, second_name] = names
  const email = emailOf({ login })
  const { party, ...rest } = asked(like, email)
  const documents = [{ type: 'NATIONAL_ID', number: birth.card, issued_at: '2021-03-03' }]
  return {
    ...rest,
    party: { ...party, last_name, first_name, second_name, birth_date: birth.date, tax_id: birth.taxId, documents },
  }
}

const staff = (number: number): Member => {
  const found = STAFF.find((each) => each.number === number)
  if (found === undefined) throw new RangeError('nobody of this number')
  return found
}

const ASSISTANT = staff(8)
const NOBODY = { date: '1997-05-05', taxId: '3555400020', card: '899999901' }

/** Employee requests in each status, created `daysAgo`. The second is past its last day, and waits for the expiry job. */
export const REQUESTS = [
  {
    ...{ id: castId('request', 1), status: 'NEW', daysAgo: 1, employee_id: null },
    data: newcomer(ASSISTANT, ['Вовк', 'Дарина', 'Ярославівна'], NOBODY, 'invited'),
  },
  {
    ...{ id: castId('request', 2), status: 'NEW', daysAgo: 45, employee_id: null },
    data: newcomer(ASSISTANT, ['Вовк', 'Дарина', 'Ярославівна'], NOBODY, 'forgotten'),
  },
  {
    ...{ id: castId('request', 3), status: 'APPROVED', daysAgo: 90, employee_id: castId('employee', 8) },
    data: asked(ASSISTANT, emailOf(ASSISTANT)),
  },
  {
    ...{ id: castId('request', 4), status: 'REJECTED', daysAgo: 60, employee_id: null },
    data: newcomer(ASSISTANT, ['Вовк', 'Дарина', 'Ярославівна'], NOBODY, 'unwilling'),
  },
  {
    ...{ id: castId('request', 5), status: 'EXPIRED', daysAgo: 120, employee_id: null },
    data: newcomer(staff(13), ['Вовк', 'Дарина', 'Ярославівна'], NOBODY, 'late'),
  },
]
