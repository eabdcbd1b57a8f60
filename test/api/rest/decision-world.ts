/** The employee requests that the examples of decisions use. */
import { EVERY_DECISION_EXAMPLE, requestOf } from '../../../src/api/rest/decision-examples.ts'
import { EXAMPLE_IDS } from '../../../src/api/rest/examples.ts'
import type { Executor } from '../../../src/database/query.ts'

/** Inserts them with their legal entity. */
export async function makeDecisionWorld(database: Executor): Promise<void> {
  await database.query({
    text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Амбулаторія', '42032422', 'PRIMARY_CARE', 'ACTIVE')
           on conflict (id) do update set name = excluded.name, edrpou = excluded.edrpou`,
    values: [EXAMPLE_IDS.legalEntity],
  })
  for (const example of EVERY_DECISION_EXAMPLE) {
    await database.query({
      text: `insert into il.employee_requests (id, data, status, inserted_at, inserted_by, updated_at, updated_by, confirmed_at, confirmed_by)
             values ($1, $2, 'NEW', '2026-03-02T08:00:00Z', $3, '2026-03-02T08:00:00Z', $3, '2026-03-02T09:00:00Z', $3)`,
      values: [example.params.id, JSON.stringify(requestOf(example)), EXAMPLE_IDS.system],
    })
  }
}
