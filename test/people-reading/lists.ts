/** People for tests of lists: many, inserted by one statement each, with up-to-date statistics. */
import type { TestDatabase } from '../support/database.ts'

/** The tables with the verification of a kind. */
function verificationTables(kind: 'person' | 'party'): string[] {
  const own = [...(kind === 'person' ? ['unzr'] : []), 'mvs_passport', 'dms_passport', 'drfo', 'dracs_death']
  const home = kind === 'person' ? 'mpi' : 'prm'
  return [`${home}.${kind}_verification_summaries`, ...own.map((stream) => `${home}.${kind}_${stream}_checks`)]
}

/** Inserts persons, and half as many parties, a microsecond apart and in random order; all data derive from a number. */
export async function fillWithPeople(db: TestDatabase, count: number): Promise<void> {
  for (const { kind, size } of [
    { kind: 'person', size: count },
    { kind: 'party', size: count / 2 },
  ] as const) {
    for (const text of statements(kind, size)) await db.database.query({ text, mayTakeLong: true })
  }
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const tables = ['mpi.persons', 'mpi.person_documents', ...verificationTables('person')]
  const others = ['prm.parties', 'prm.party_documents', ...verificationTables('party')]
  await owner.query({ text: `analyze ${[...tables, ...others].join(', ')}`, mayTakeLong: true })
}

// Statuses alternate with different periods: some held by half of them, some by few, none correlated with insertion order.
function statements(kind: 'person' | 'party', size: number): string[] {
  const isPerson = kind === 'person'
  const [subjects, documents] = isPerson
    ? ['mpi.persons', 'mpi.person_documents']
    : ['prm.parties', 'prm.party_documents']
  const [summaries = '', ...checks] = verificationTables(kind)
  const id = `md5('${kind}' || n)::uuid`
  const user = `'4261eacf-8008-4e62-899f-de1e2f7065f0'`
  const others = isPerson ? ['nhs'] : []
  const own = [...(isPerson ? ['unzr'] : []), 'mvs_passport', 'dms_passport', 'drfo', 'dracs_death']
  const turns = ['drfo', 'dracs_death', ...(isPerson ? ['nhs', 'unzr'] : []), 'mvs_passport', 'dms_passport']
  const turnOf = (stream: string) => `(n + ${turns.indexOf(stream)})`
  const status = (n: string, inReview = 'VERIFICATION_NEEDED') =>
    `(case when ${n} % 2 = 0 then 'VERIFIED' when ${n} % 97 = 0 then 'NOT_VERIFIED' when ${n} % 7 = 0 then '${inReview}'
           when ${n} % 5 = 0 then 'VERIFICATION_NOT_NEEDED' else 'VERIFICATION_NEEDED' end)::zvirka.stream_status`
  return [
    `insert into ${subjects} (id, first_name, last_name, birth_date, tax_id, verification_status, ${isPerson ? 'unzr, ' : ''}
                              inserted_at, inserted_by, updated_by)
     select ${id}, 'Олена', 'Прізвище' || n % 100, date '1950-01-01' + (n % 50), lpad((n / 100)::text, 10, '0')
            ${isPerson ? '' : ` || n`},
            (array['VERIFIED', 'VERIFICATION_NEEDED', 'NOT_VERIFIED', ${isPerson ? `'CHANGES_NEEDED'` : `'VERIFIED'`}])[1 + n % 4]::zvirka.cumulative_status,
            ${isPerson ? `lpad((n / 100)::text, 8, '0') || '-00001', ` : ''}
            timestamptz '2026-01-01' + (n * 7919 % ${size}) * interval '1 microsecond', ${user}, ${user}
       from generate_series(1, ${size}) as n`,
    `insert into ${documents} (${kind}_id, type, number)
     select ${id}, 'PASSPORT', 'АБ' || lpad((n / 100)::text, 6, '0') from generate_series(1, ${size}) as n`,
    `insert into ${summaries} (${kind}_id, ${[...others, ...own].map((s) => `${s}_verification_status`).join(', ')}, inserted_by, updated_by)
     select ${id}, ${others.map((stream) => `${status(turnOf(stream), 'IN_REVIEW')}, `).join('')}
            ${own.map((stream) => status(turnOf(stream))).join(', ')}, ${user}, ${user}
       from generate_series(1, ${size}) as n`,
    ...own.flatMap((s, turn) => [
      `insert into ${checks[turn]} (subject_id, subject_inserted_at, is_subject_active, status, updated_by)
       select ${kind}_id, subject_inserted_at, true, ${s}_verification_status, ${user} from ${summaries}`,
      // Workers hold every hundred-and-first of those not verified.
      `insert into zvirka.claim_batches (worker_id, run_id, slot, stream, subject_kind, token, subject_ids, versions)
       select gen_random_uuid(), gen_random_uuid(), 0, '${s}', '${kind}', gen_random_uuid(), array_agg(subject_id), array_agg(version)
         from (select subject_id, version from ${checks[turn]} where status = 'VERIFICATION_NEEDED' order by subject_id limit 101) c`,
    ]),
  ]
}
