/**
 * What the examples of creating and reading employee requests use. Needs the data of decision-world.ts, whose legal entity it refers to.
 */
import { EXAMPLE_IDS } from '../../../src/api/rest/examples.ts'
import { EXAMPLE_REQUEST, REQUEST_EXAMPLE_IDS } from '../../../src/api/rest/request-examples.ts'
import type { Executor } from '../../../src/database/query.ts'

/** Inserts it. */
export async function makeRequestWorld(database: Executor): Promise<void> {
  await database.query({
    text: `insert into prm.divisions (id, legal_entity_id, name, type, status) values ($1, $2, 'Амбулаторія № 1', 'CLINIC', 'ACTIVE')`,
    values: [REQUEST_EXAMPLE_IDS.division, EXAMPLE_IDS.legalEntity],
  })
  await database.query({
    text: `insert into il.employee_requests (id, data, status, inserted_at, inserted_by, updated_at, updated_by)
           values ($1, $2, 'NEW', '2026-03-02T08:00:00Z', $3, '2026-03-02T08:00:00Z', $3)`,
    values: [REQUEST_EXAMPLE_IDS.request, JSON.stringify(EXAMPLE_REQUEST), EXAMPLE_IDS.system],
  })
  await database.query({
    text: 'insert into il.employee_request_envelopes (employee_request_id, envelope) values ($1, $2)',
    values: [REQUEST_EXAMPLE_IDS.request, Buffer.from('{}')],
  })
}
