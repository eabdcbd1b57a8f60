/** Examples of approving and rejecting employee requests. A test inserts the requests, and signs in as the invited person. */
import { EXAMPLE_IDS } from './examples.ts'
import type { RouteExample } from './route.ts'

/** The invited persons of the examples: a different one for each, because a user has one party. */
interface DecisionExample extends RouteExample {
  readonly email: string
  readonly params: { readonly id: string }
}

const INSERTED_AT = '2026-03-02T08:00:00.000Z'

/** The object of a request, as it was accepted. */
export function requestOf({ email }: Pick<DecisionExample, 'email'>) {
  return {
    legal_entity_id: EXAMPLE_IDS.legalEntity,
    position: 'P14',
    start_date: '2026-03-02',
    employee_type: 'HR',
    party: {
      ...{ last_name: 'Коваленко', first_name: 'Марія', second_name: 'Петрівна' },
      ...{ birth_date: '1991-07-24', gender: 'FEMALE', tax_id: '3344218765', email },
      documents: [{ type: 'NATIONAL_ID', number: '002345678', issued_at: '2019-05-06', issued_by: '8042' }],
      phones: [{ type: 'MOBILE', number: '+380501112233' }],
    },
  }
}

function decided(n: number, summary: string, status: 'APPROVED' | 'REJECTED' | 'NEW'): DecisionExample {
  const [id, email] = [`6d3a9c0e-1f24-4b8d-9e57-0a1b2c3d4e0${n}`, `maria.kovalenko${n}@example.org`]
  const data = requestOf({ email })
  const { last_name, first_name, second_name } = data.party
  return {
    ...{ summary, params: { id }, email, status: 200, varying: ['updated_at', 'employee_id'] },
    data: {
      ...data,
      ...{ id, status, employee_id: status === 'APPROVED' ? EXAMPLE_IDS.employee : null },
      ...{ inserted_at: INSERTED_AT, updated_at: '2026-03-03T09:30:00.000Z' },
      ...{ edrpou: '42032422', legal_entity_name: 'Амбулаторія' },
      ...{ first_name, second_name, last_name, no_tax_id: false },
    },
  }
}

const APPROVED = 'The invited person approves'
const REJECTED = 'The invited person rejects'

function byActions(approve: number, reject: number, postReject: number) {
  return {
    approve: decided(approve, APPROVED, 'APPROVED'),
    reject: decided(reject, REJECTED, 'REJECTED'),
    postReject: decided(postReject, REJECTED, 'REJECTED'),
  }
}

/** The examples, by route. */
export const DECISION_EXAMPLES = {
  confirm: decided(6, 'The NHS confirms', 'NEW'),
  approve: decided(1, APPROVED, 'APPROVED'),
  reject: decided(2, REJECTED, 'REJECTED'),
  bySeed: byActions(3, 4, 5),
  byAlias: byActions(7, 8, 9),
}

/** All of them. */
export const EVERY_DECISION_EXAMPLE: readonly DecisionExample[] = Object.values(DECISION_EXAMPLES).flatMap((each) =>
  'approve' in each ? Object.values(each) : [each],
)
