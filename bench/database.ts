/** Databases for benchmarks, on a separate embedded server with normal durability, filled by SQL. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/database/connection.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../src/database/database.ts'
import { acquireEmbedded } from '../src/database/embedded/embedded.ts'
import { migrateWithJobs } from '../src/jobs/schema.ts'
import type { SubjectKind } from '../src/verification/status.ts'
import { checksOf, KINDS, ownStreamsOf } from '../src/verification-store/kinds.ts'

export const USER = '4261eacf-8008-4e62-899f-de1e2f7065f0'

/** A server for one benchmark with its data in a temporary folder; fsync is on, as in production. */
export interface BenchServer {
  /** The data directory. */
  readonly stateDirectory: string
  /** Creates a migrated database. */
  create(name: string): Promise<string>
  drop(url: string): Promise<void>
  release(): Promise<void>
}

export async function startBenchServer(): Promise<BenchServer> {
  const clone = await mkdtemp(join(tmpdir(), 'zvirka-bench-'))
  const server = await acquireEmbedded({ cloneDirectory: clone })
  const administer = async (text: string) => {
    const client = await connect({ url: server.url, applicationName: 'bench' })
    try {
      await client.query(text)
    } finally {
      await client.end()
    }
  }
  const urlOf = (name: string) => server.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
  return {
    stateDirectory: server.stateDirectory,
    async create(name) {
      await administer(`create database ${name}`)
      await migrateWithJobs(urlOf(name))
      return urlOf(name)
    },
    async drop(url) {
      const name = /\/([^/?]*)(\?|$)/.exec(url)?.[1]
      await administer(`drop database ${name} with (force)`)
    },
    async release() {
      await server.release()
      await rm(server.stateDirectory, { recursive: true, force: true })
      await rm(clone, { recursive: true, force: true })
    },
  }
}

/** A pool with a worker's options. */
export function openBench(url: string, options: Partial<DatabaseOptions> = {}): Database {
  return openDatabase({ url, role: 'zvirka_app', applicationName: 'bench', max: 4, ...options })
}

/** The UNZR of the person with this number. */
export function unzrOf(number: number): string {
  return `${String(number).padStart(8, '0')}-00001`
}

/** Inserts due persons with a NATIONAL_ID and a UNZR each, their ids in random order. Runs as the owner, who may analyze. */
export async function fill(owner: Database, persons: number): Promise<void> {
  await owner.query({
    text: `insert into mpi.persons (first_name, last_name, second_name, birth_date, tax_id, unzr, inserted_by, updated_by)
           select 'Олена', 'Шевченко-' || n, 'Іванівна', date '1950-01-01' + n % 20000, lpad(n::text, 10, '0'),
                  lpad(n::text, 8, '0') || '-00001', $2, $2
             from generate_series(1, $1::int) n`,
    values: [persons, USER],
  })
  await owner.query({
    text: `insert into mpi.person_documents (person_id, type, number, issued_at, issued_by)
           select id, 'NATIONAL_ID', lpad((row_number() over ())::text, 9, '0'), '2020-01-01', '8001' from mpi.persons`,
  })
  await giveVerifications(owner, 'person')
  for (const table of ['mpi.persons', 'mpi.person_documents', ...verificationTables('person')]) {
    await owner.query({ text: `analyze ${table}` })
  }
}

/** Inserts due, employed parties with a NATIONAL_ID each. */
export async function fillParties(owner: Database, parties: number): Promise<void> {
  await owner.query({
    text: `insert into prm.legal_entities (name, type, status) values ('Лікарня', 'PRIMARY_CARE', 'ACTIVE')`,
  })
  await owner.query({
    text: `insert into prm.parties (first_name, last_name, second_name, birth_date, tax_id, inserted_by, updated_by)
           select 'Олена', 'Шевченко-' || n, 'Іванівна', date '1950-01-01' + n % 20000, lpad(n::text, 10, '0'), $2, $2
             from generate_series(1, $1::int) n`,
    values: [parties, USER],
  })
  await owner.query({
    text: `insert into prm.party_documents (party_id, type, number, issued_at, issued_by)
           select id, 'NATIONAL_ID', lpad((row_number() over ())::text, 9, '0'), '2020-01-01', '8001' from prm.parties`,
  })
  await owner.query({
    text: `insert into prm.employees
             (party_id, legal_entity_id, employee_type, position, status, start_date, inserted_by, updated_by)
           select p.id, l.id, 'DOCTOR', 'P1', 'APPROVED', '2020-01-01', $1, $1 from prm.parties p, prm.legal_entities l`,
    values: [USER],
  })
  await giveVerifications(owner, 'party')
  for (const table of ['prm.parties', 'prm.party_documents', 'prm.employees', ...verificationTables('party')]) {
    await owner.query({ text: `analyze ${table}` })
  }
}

/** The verification tables of a kind: summaries, then the checks of each of our streams. */
export function verificationTables(kind: SubjectKind): string[] {
  return [KINDS[kind].summaries, ...ownStreamsOf(kind).map((stream) => checksOf(kind, stream))]
}

/** Makes all subjects of a kind due in every stream, as if never checked. */
async function giveVerifications(owner: Database, kind: SubjectKind): Promise<void> {
  const { subjects, summaries, subjectId } = KINDS[kind]
  await owner.query({
    text: `insert into ${summaries} (${subjectId}, inserted_by, updated_by) select id, $1, $1 from ${subjects}`,
    values: [USER],
  })
  for (const stream of ownStreamsOf(kind)) {
    await owner.query({
      text: `insert into ${checksOf(kind, stream)} (subject_id, subject_inserted_at, is_subject_active, updated_by)
             select ${subjectId}, subject_inserted_at, is_subject_active, $1 from ${summaries}`,
      values: [USER],
    })
  }
}

/** Runs a function on a new database with this many people, and drops it afterwards. */
export async function withPeople<T>(
  server: BenchServer,
  count: number,
  work: (url: string) => Promise<T>,
  fillWith: (owner: Database, count: number) => Promise<void> = fill,
): Promise<T> {
  const url = await server.create(`bench_${randomUUID().replaceAll('-', '')}`)
  try {
    const owner = openBench(url, { role: 'zvirka_owner', max: 1 })
    await fillWith(owner, count)
    await owner.close()
    return await work(url)
  } finally {
    await server.drop(url)
  }
}
