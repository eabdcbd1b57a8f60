/** The people that the examples of the OpenAPI document use. */
import { EXAMPLE_IDS, EXAMPLES } from '../../../src/api/rest/examples.ts'
import type { Database } from '../../../src/database/database.ts'
import { STREAMS_OF } from '../../../src/verification/status.ts'
import { KINDS } from '../../../src/verification-store/kinds.ts'
import * as parties from '../../parties/parties.ts'
import * as persons from '../../persons/persons.ts'
import { wideOf } from '../../support/wide.ts'

interface Stream {
  readonly verification_status: string
  readonly verification_reason: string
  readonly [name: string]: unknown
}

/** Inserts them, as the owner: nobody else can set the time of an event. */
export async function makeWorld(database: Database): Promise<void> {
  await persons.importLines(
    database,
    [EXAMPLE_IDS.person, EXAMPLE_IDS.deadPerson].map((id) => persons.person({ id })),
  )
  await parties.importLines(database, [
    parties.party({ id: EXAMPLE_IDS.party, employees: [parties.employee({ id: EXAMPLE_IDS.partyEmployee })] }),
    parties.party({ id: EXAMPLE_IDS.deadParty }),
  ])
  const { details, verification_status } = EXAMPLES.personVerification.data
  await setStreams(database, 'person', EXAMPLE_IDS.person, verification_status, details)
  await database.query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, declaration_number, updated_by)
           values ($1, $1, $1, '2026-01-01', '2066-01-01', 'active', '0000-12H4-245D', $1)`,
    values: [EXAMPLE_IDS.person],
  })
  const party = EXAMPLES.partyVerification.data
  await setStreams(database, 'party', EXAMPLE_IDS.party, party.verification_status, party.details)
  const dead = { verification_status: 'NOT_VERIFIED', verification_reason: 'AUTO_ONLINE', verification_comment: null }
  const alive = EXAMPLES.confirmPersonDracsDeath.data.details
  await setStreams(database, 'person', EXAMPLE_IDS.deadPerson, 'VERIFICATION_NEEDED', { ...alive, dracs_death: dead })
  await setStreams(database, 'party', EXAMPLE_IDS.deadParty, 'NOT_VERIFIED', { ...party.details, dracs_death: dead })
  const [event] = EXAMPLES.events.data
  await database.query({
    text: `insert into event_manager.events (id, event_type, entity_type, entity_id, properties, event_time, changed_by, inserted_at)
           select id, event_type, entity_type, entity_id, properties, event_time, changed_by, inserted_at
             from jsonb_populate_record(null::event_manager.events, $1)`,
    values: [JSON.stringify(event)],
  })
}

// When a stream was checked, and since when it is not verified.
const CHECKED = '2026-03-02T01:15:00.000Z'

async function setStreams(
  database: Database,
  kind: 'person' | 'party',
  id: string,
  status: string,
  streams: Readonly<Record<string, Stream>>,
): Promise<void> {
  const { subjects, subjectId } = KINDS[kind]
  const verifications = wideOf(kind)
  const checked = Object.entries(streams).filter(([stream]) => (STREAMS_OF[kind] as readonly string[]).includes(stream))
  const columns = checked.flatMap(([stream, { status: answer, result, ...of }]) => [
    ...Object.entries(of).map(([name, value]) => [`${stream}_${name}`, value] as const),
    [`${stream}_unverified_at`, of.verification_status === 'NOT_VERIFIED' ? CHECKED : null] as const,
    ...(answer === undefined ? [] : [[`${stream}_data_status`, answer] as const]),
    ...(result === undefined ? [] : [[`${stream}_data_result`, result] as const]),
    ...(answer === undefined && result === undefined ? [] : [[`${stream}_synced_at`, CHECKED] as const]),
  ])
  await database.query({
    text: `update ${verifications} set ${columns.map(([name], n) => `${name} = $${n + 2}`).join(', ')} where ${subjectId} = $1`,
    values: [id, ...columns.map(([, value]) => value)],
  })
  await database.query({
    text: `update ${subjects} set verification_status = $2, updated_at = $3 where id = $1`,
    values: [id, status, CHECKED],
  })
}
