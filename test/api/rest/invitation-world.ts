/** The requests that the examples of invitations use. */
import { requestOf } from '../../../src/api/rest/decision-examples.ts'
import { EXAMPLE_INVITE, INVITATION_REQUESTS } from '../../../src/api/rest/invitation-examples.ts'
import type { Database } from '../../../src/database/database.ts'
import { hashOfSecret } from '../../../src/employee-requests/secrets.ts'
import { USER } from '../../synchronization/people.ts'

/** Inserts them; their legal entity exists already. */
export async function makeInvitationWorld(database: Database): Promise<void> {
  for (const { id, email } of Object.values(INVITATION_REQUESTS)) {
    await database.query({
      text: `insert into il.employee_requests (id, data, inserted_by, updated_by, inserted_at, updated_at)
             values ($1, $2, $3, $3, $4, $4)`,
      values: [id, JSON.stringify(requestOf({ email })), USER, '2026-03-02T08:00:00Z'],
    })
  }
  await database.query({
    text: 'insert into il.employee_request_secrets (hash, employee_request_id) values ($1, $2)',
    values: [hashOfSecret(EXAMPLE_INVITE), INVITATION_REQUESTS.user.id],
  })
}
