/** Examples of invitations. A test inserts the requests, with the secret of the one that creates a user. */
import { requestOf } from './decision-examples.ts'
import { EXAMPLE_IDS } from './examples.ts'
import type { RouteExample } from './route.ts'

const INSERTED_AT = '2026-03-02T08:00:00.000Z'

/** The requests of the examples. */
export const INVITATION_REQUESTS = {
  invite: { id: '6d3a9c0e-1f24-4b8d-9e57-0a1b2c3d4e20', email: 'oksana.bondar@example.org' },
  user: { id: '6d3a9c0e-1f24-4b8d-9e57-0a1b2c3d4e21', email: 'petro.koval@example.org' },
} as const

/** The secret in the example's mail. */
export const EXAMPLE_INVITE = 'tYq3Gm0cVq0l2cL6xv7m3hDqkXk8m9uQe1w5sZr4JbA'

const { invite, user } = INVITATION_REQUESTS
const data = requestOf(invite)
const { last_name, first_name, second_name } = data.party
const credentials = { password: 'Надійний Пароль 2026', invite: EXAMPLE_INVITE }

/** The examples, by route. */
export const INVITATION_EXAMPLES = {
  invite: {
    summary: 'The invitation is sent again',
    params: { id: invite.id },
    status: 200,
    data: {
      ...data,
      ...{ id: invite.id, status: 'NEW', employee_id: null, inserted_at: INSERTED_AT, updated_at: INSERTED_AT },
      ...{ edrpou: '42032422', legal_entity_name: 'Амбулаторія' },
      ...{ first_name, second_name, last_name, no_tax_id: false },
    },
  },
  user: {
    summary: 'The invited person becomes a user',
    params: { id: user.id },
    body: credentials,
    status: 201,
    varying: ['id'],
    data: { id: EXAMPLE_IDS.nobody, email: user.email },
  },
  used: { summary: 'The secret was used already', params: { id: user.id }, body: credentials, status: 403 },
} as const satisfies Readonly<Record<string, RouteExample>>
