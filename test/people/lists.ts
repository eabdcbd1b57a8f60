/** People for tests of lists: many, put in by one statement each, with indexes that know them. */
import type { TestDatabase } from '../support/database.ts'

/** Puts so many persons and half as many parties in, a microsecond apart and in disorder; everybody's data are made of a number. */
export async function fillWithPeople(db: TestDatabase, count: number): Promise<void> {
  for (const { kind, size } of [
    { kind: 'person', size: count },
    { kind: 'party', size: count / 2 },
  ] as const) {
    for (const text of statements(kind, size)) await db.database.query({ text, mayTakeLong: true })
  }
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const tables = ['persons', 'person_documents', 'person_verifications'].map((table) => `mpi.${table}`)
  const others = ['parties', 'party_documents', 'party_verifications'].map((table) => `prm.${table}`)
  await owner.query({ text: `analyze ${[...tables, ...others].join(', ')}`, mayTakeLong: true })
}

// Statuses by turns of unlike lengths: some held by half of them, some by few, and none by the order in which they were put in.
function statements(kind: 'person' | 'party', size: number): string[] {
  const isPerson = kind === 'person'
  const [subjects, documents, verifications] = isPerson
    ? ['mpi.persons', 'mpi.person_documents', 'mpi.person_verifications']
    : ['prm.parties', 'prm.party_documents', 'prm.party_verifications']
  const id = `md5('${kind}' || n)::uuid`
  const user = `'4261eacf-8008-4e62-899f-de1e2f7065f0'`
  const streams = isPerson
    ? ['drfo', 'dracs_death', 'nhs', 'unzr', 'mvs_passport', 'dms_passport']
    : ['drfo', 'dracs_death', 'mvs_passport', 'dms_passport']
  const status = (n: string) =>
    `(case when ${n} % 2 = 0 then 'VERIFIED' when ${n} % 97 = 0 then 'NOT_VERIFIED' when ${n} % 7 = 0 then 'IN_REVIEW'
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
    `insert into ${verifications} (${kind}_id, ${streams.map((s) => `${s}_verification_status`).join(', ')}, inserted_by, updated_by)
     select ${id}, ${streams.map((_, turn) => status(`(n + ${turn})`)).join(', ')}, ${user}, ${user}
       from generate_series(1, ${size}) as n`,
  ]
}
