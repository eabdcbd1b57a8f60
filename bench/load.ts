/** Bulk-loads persons in the state after months of operation. */
import { loadInto } from './bulk.ts'
import { DUE } from './claims.ts'
import { USER, verificationTables } from './database.ts'

const TABLES = ['mpi.persons', 'mpi.person_documents', ...verificationTables('person')]
const CHUNK = 500_000

/**
 * Persons with one document each. 1,000 spread over the table are due for dms_passport/person; half of the others are finished, half
 * waiting.
 */
export function loadInBulk(url: string, persons: number): Promise<void> {
  return loadInto(url, TABLES, async (run) => {
    for (let from = 1; from <= persons; from += CHUNK) {
      await run(PEOPLE, [from, Math.min(from + CHUNK - 1, persons), USER, Math.floor(persons / DUE)])
    }
  })
}

const PEOPLE = `
with people as materialized (
  select n, gen_random_uuid() as id from generate_series($1::int, $2::int) n
),
persons as (
  insert into mpi.persons (id, first_name, last_name, second_name, birth_date, tax_id, unzr, inserted_by, updated_by)
  select id, 'Олена', 'Шевченко-' || n, 'Іванівна', date '1950-01-01' + n % 20000, lpad(n::text, 10, '0'),
         lpad(n::text, 8, '0') || '-00001', $3, $3
    from people
),
documents as (
  insert into mpi.person_documents (person_id, type, number, issued_at, issued_by)
  select id, 'NATIONAL_ID', lpad(n::text, 9, '0'), '2020-01-01', '8001' from people
),
summaries as (
  insert into mpi.person_verification_summaries
    (person_id, unzr_verification_status, mvs_passport_verification_status, dms_passport_verification_status, inserted_by, updated_by)
  select id, 'VERIFIED', 'VERIFIED', case when is_due then 'VERIFICATION_NEEDED'::zvirka.stream_status else 'VERIFIED' end, $3, $3
    from people, lateral (select n % $4::int = 0 as is_due) due
),
unzr as (
  insert into mpi.person_unzr_checks (subject_id, subject_inserted_at, is_subject_active, status, synced_at, updated_by)
  select id, now(), true, 'VERIFIED', now(), $3 from people
),
mvs_passport as (
  insert into mpi.person_mvs_passport_checks (subject_id, subject_inserted_at, is_subject_active, status, synced_at, updated_by)
  select id, now(), true, 'VERIFIED', now(), $3 from people
)
insert into mpi.person_dms_passport_checks
  (subject_id, subject_inserted_at, is_subject_active, status, reason, synced_at, waits_until, failures, updated_by)
select id, now(), true,
       case when is_due then 'VERIFICATION_NEEDED'::zvirka.stream_status else 'VERIFIED' end,
       case when is_due then 'INITIAL'::zvirka.stream_reason else 'AUTO_VALID' end,
       case when not is_due and n % 2 = 0 then now() end,
       case when not is_due and n % 2 = 1 then now() + interval '1 day' end,
       case when is_due then 0 else n % 2 end, $3
  from people, lateral (select n % $4::int = 0 as is_due) due`
