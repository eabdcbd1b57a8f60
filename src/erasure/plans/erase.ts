/** The statements of an erasure. Earlier statements of the transaction have locked answers and the summary. */
import type { Query } from '../../database/query.ts'
import { type OwnStream, STREAMS_OF } from '../../verification/status.ts'
import { cumulativeText } from '../../verification-store/cumulative.ts'
import { checksOf, isShown, KINDS } from '../../verification-store/kinds.ts'
import { ERASED_STREAMS, OWN_UNZR_INFO } from './traces.ts'

/** The placeholders for a name and a birth date. */
const ERASED_NAME = '[erased]'
const ERASED_DATE = '0001-01-01'

const NOT_NEEDED = `'VERIFICATION_NOT_NEEDED'`
const ABSENT = `'AUTO_DATA_ABSENT'`
const OTHERS = STREAMS_OF.person.filter((stream) => !ERASED_STREAMS.some((own) => own === stream))

/**
 * Nothing is left to verify: every stream says so, comments and links to other registers are removed, and the summary is marked as erased.
 */
export function eraseSummary(personId: string, userId: string): Query {
  const others = OTHERS.map(
    (s) => `${s}_verification_status = ${NOT_NEEDED}, ${s}_verification_reason = ${ABSENT}, ${s}_unverified_at = null`,
  )
  return {
    text: `
with summary as (
  update mpi.person_verification_summaries v
     set ${[...others, ...ERASED_STREAMS.map((s) => `${s}_verification_status = ${NOT_NEEDED}`)].join(',\n         ')},
         nhs_verification_comment = null,
         erased_at = statement_timestamp(), updated_at = statement_timestamp(), updated_by = $2
   where v.person_id = $1
  returning v.person_id as subject_id, mpi.person_cumulative_status(v) as cumulative_status
),
${cumulativeText(KINDS.person, 'summary')},
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
  select subject_id, 'person', s.stream, ${NOT_NEEDED}, ${ABSENT}, 'erasure', $2
    from summary cross join unnest($3::zvirka.stream[]) as s (stream)
)
select count(*) as erased from summary`,
    values: [personId, userId, STREAMS_OF.person],
  }
}

/** Ends any claim by raising the version, and removes links to answers. */
export function eraseCheck(stream: OwnStream, personId: string, userId: string): Query {
  return {
    text: `
update ${checksOf('person', stream)}
   set status = ${NOT_NEEDED}, reason = ${ABSENT}, data_id = null, data_status = null, synced_at = null, unverified_at = null,
       triggered_at = null, waits_until = null, failures = 0, version = version + 1${isShown(stream, 'verification_comment') ? ', comment = null' : ''},
       updated_at = statement_timestamp(), updated_by = $2
 where subject_id = $1`,
    values: [personId, userId],
  }
}

/** Anonymises the person's row and sets it inactive, with an event. */
export function erasePerson(personId: string, userId: string): Query {
  return {
    text: `
with active as materialized (select id from mpi.persons where id = $1 and status = 'active'),
erased as (
  update mpi.persons
     set last_name = $3, first_name = $3, second_name = null, birth_date = $4, gender = null, tax_id = null, no_tax_id = false,
         unzr = null, death_date = null, status = 'inactive', is_active = false,
         updated_at = statement_timestamp(), updated_by = $2
   where id = $1
)
insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
select 'StatusChangeEvent', 'Person', id, '{"status": {"new_value": "inactive"}}', $2 from active`,
    values: [personId, userId, ERASED_NAME, ERASED_DATE],
  }
}

/** Deletes what belongs only to the person. UNZR info goes before the UNZR by which it is found. */
export function deleteOwn(personId: string): readonly Query[] {
  return [
    `delete from mimir.unzr_info i where ${OWN_UNZR_INFO}`,
    'delete from mpi.person_documents where person_id = $1',
    'delete from mpi.person_verification_candidates where person_id = $1',
    `delete from zvirka.import_digests where subject_id = $1 and subject_kind = 'person'`,
  ].map((text) => ({ text, values: [personId] }))
}
