/**
 * Test data as after years of use: inserted one by one; some statuses common, some rare, some held by a handful; a few shared numbers and
 * names. A quarter as many parties, each with an employee; one doctor for every 1,800 persons.
 */
import { STREAMS_OF, type Stream, type SubjectKind } from '../src/verification/status.ts'
import { checksOf, ownStreamsOf } from '../src/verification-store/kinds.ts'
import { loadInto, type Run } from './bulk.ts'
import { USER, verificationTables } from './database.ts'

const TABLES = ['mpi.persons', 'mpi.person_documents', ...verificationTables('person')]
const PARTY_TABLES = ['prm.parties', 'prm.party_documents', ...verificationTables('party'), 'prm.employees']
const CHUNK = 250_000

/** How many persons share a doctor, and how many parties a division. */
export const PATIENTS = 1800
export const COLLEAGUES = 100

/** The id of the row with this number. */
export const idOf = (kind: string, n: number | string) => `md5('${kind} ' || ${n})::uuid`

/** The insertion time of that row, in SQL. */
export const insertedAt = (n: number | string) => `timestamptz '2020-01-01Z' + ${n} * interval '100.000001 seconds'`

/** Loads persons and a quarter as many parties. */
export function loadPeople(url: string, persons: number): Promise<void> {
  return loadInto(url, [...TABLES, ...PARTY_TABLES, 'ops.declarations'], async (run) => {
    await loadKind(run, 'person', persons)
    await loadKind(run, 'party', persons / 4)
    await loadWork(run, persons)
  })
}

async function loadKind(run: Run, kind: SubjectKind, count: number): Promise<void> {
  for (let from = 1; from <= count; from += CHUNK) {
    const range = [from, Math.min(from + CHUNK - 1, count)]
    for (const text of statements(kind)) await run(text, range)
  }
}

function statements(kind: SubjectKind): string[] {
  const isPerson = kind === 'person'
  const [subjects, documents, summaries] = isPerson ? TABLES : PARTY_TABLES
  const numbers = 'from generate_series($1::int, $2::int) as n'
  const statusOf = (stream: Stream) =>
    streamStatus(`((n::bigint * 7919 + ${STREAMS_OF.person.indexOf(stream) * 3700}) % 10000)`)
  return [
    `insert into ${subjects} (id, first_name, last_name, second_name, birth_date, tax_id, ${isPerson ? 'unzr, ' : ''}
                              verification_status, inserted_at, inserted_by, updated_by)
     select ${idOf(kind, 'n')}, 'Олена', 'Прізвище' || n % 20000, 'Іванівна', date '1950-01-01' + n % 20000,
            ${isPerson ? `lpad((n / 3)::text, 10, '0'), lpad((n / 2)::text, 8, '0') || '-00001'` : `lpad(n::text, 10, '0')`},
            ${cumulativeStatus(kind, '(n::bigint * 7919 % 1000)')}, ${insertedAt('n')}, '${USER}', '${USER}' ${numbers}`,
    `insert into ${documents} (${kind}_id, type, number, issued_at, issued_by)
     select ${idOf(kind, 'n')}, 'PASSPORT', 'АБ' || lpad((n / 2)::text, 7, '0'), '2020-01-01', '8001' ${numbers}`,
    `insert into ${summaries} (${kind}_id, ${STREAMS_OF[kind].map((s) => `${s}_verification_status`).join(', ')},
                               subject_inserted_at, inserted_by, updated_by)
     select ${idOf(kind, 'n')}, ${STREAMS_OF[kind].map(statusOf).join(', ')}, ${insertedAt('n')}, '${USER}', '${USER}' ${numbers}`,
    ...ownStreamsOf(kind).map(
      (stream) => `
     insert into ${checksOf(kind, stream)} (subject_id, subject_inserted_at, is_subject_active, status, synced_at, updated_by)
     select ${idOf(kind, 'n')}, ${insertedAt('n')}, true, ${statusOf(stream)}, now(), '${USER}' ${numbers}`,
    ),
  ]
}

// Of 10,000: 7,000 verified, 2,000 needed, 800 not needed, 200 not verified.
function streamStatus(n: string): string {
  return `(case when ${n} < 7000 then 'VERIFIED' when ${n} < 9000 then 'VERIFICATION_NEEDED' when ${n} < 9800 then 'VERIFICATION_NOT_NEEDED'
           else 'NOT_VERIFIED' end)::zvirka.stream_status`
}

// Of 1,000: 700 verified, 260 needed; of persons also 39 with changes needed and 1 not verified.
function cumulativeStatus(kind: SubjectKind, n: string): string {
  const changes = kind === 'person' ? `when ${n} < 999 then 'CHANGES_NEEDED'` : ''
  return `(case when ${n} < 700 then 'VERIFIED' when ${n} < 960 then 'VERIFICATION_NEEDED' ${changes}
           else 'NOT_VERIFIED' end)::zvirka.cumulative_status`
}

async function loadWork(run: Run, persons: number): Promise<void> {
  const entity = idOf('legal_entity', 1)
  await run(`insert into prm.legal_entities (id, name, type, status) values (${entity}, 'Лікарня', 'MSP', 'ACTIVE')`)
  await run(`insert into prm.divisions (id, legal_entity_id, name, type, status)
             select ${idOf('division', 'n')}, ${entity}, 'Відділення', 'CLINIC', 'ACTIVE' from generate_series(0, ${persons / 4 / COLLEAGUES}) n`)
  await run(`insert into prm.employees (id, party_id, legal_entity_id, division_id, employee_type, position, status, start_date,
                                        inserted_by, updated_by)
             select ${idOf('employee', 'n')}, ${idOf('party', 'n')}, ${entity}, ${idOf('division', `n / ${COLLEAGUES}`)}, 'DOCTOR', 'P1',
                    'APPROVED', '2020-01-01', '${USER}', '${USER}' from generate_series(1, ${persons / 4}) n`)
  await run(`insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
             select ${idOf('employee', `1 + n / ${PATIENTS}`)}, ${idOf('person', 'n')}, ${entity}, '2026-01-01', '2066-01-01', 'active',
                    '${USER}' from generate_series(1, ${persons}) n`)
}
