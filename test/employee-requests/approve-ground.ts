/** Employee requests in tests of approvals: whom they are about, who approves, and the resulting rows. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import type { Executor, Query } from '../../src/database/query.ts'
import { sqlState, sqlStates } from '../../src/database/sql-state.ts'
import { type Rejection, rejectRequest } from '../../src/employee-requests/answer.ts'
import { type Approval, approveRequest } from '../../src/employee-requests/approve.ts'
import type { KnownPartyRule } from '../../src/employee-requests/policy.ts'
import { Jobs } from '../../src/jobs/jobs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { USER } from '../synchronization/people.ts'

/** Parts of a request that a test sets; the rest is filled in. */
// biome-ignore lint/suspicious/noExplicitAny: a test may leave anything out, or put in what was never accepted
export type Given = Readonly<Record<string, any>>

/** A user. */
export interface TestUser {
  readonly id: string
  readonly email: string
}

/** The test environment of approvals. */
export interface Ground {
  readonly db: TestDatabase
  readonly database: Database
  /** The owner of the tables, who may also delete. */
  readonly owner: Database
  readonly jobs: Jobs
  close(): Promise<void>
}

/** A new database with the job engine but without a worker. */
export async function makeGround(): Promise<Ground> {
  const db = await createTestDatabase()
  const jobs = await Jobs.open(db.database, () => undefined)
  const owner = db.open({ role: 'zvirka_owner', max: 2 })
  const close = async () => {
    await jobs.close()
    await db.drop()
  }
  return { db, database: db.database, owner, jobs, close }
}

/** The database, with deadlocks in transactions counted. */
export function countingDeadlocks(database: Database, count: () => void): Database {
  const told = (tx: Executor): Executor => ({
    query: async <Row>(query: Query): Promise<Row[]> => {
      try {
        return await tx.query<Row>(query)
      } catch (error) {
        if (sqlState(error) === sqlStates.deadlockDetected) count()
        throw error
      }
    },
  })
  return {
    query: (query) => database.query(query),
    transaction: (work) => database.transaction((tx) => work(told(tx))),
    pinned: (work) => database.pinned(work),
    withClient: (work) => database.withClient(work),
    use: () => database.use(),
    close: (graceMs) => database.close(graceMs),
  }
}

let count = 0

/** A number not used before in this test file. */
export function unique(): number {
  count += 1
  return count
}

const digits = (number: number, length: number) => String(number).padStart(length, '0')

/** A doctor's education and specialities, with this main speciality. */
export function doctor(speciality = 'THERAPIST', given: Given = {}): Given {
  return {
    educations: [
      {
        country: 'UA',
        city: 'Київ',
        institution_name: 'НМУ',
        diploma_number: 'Д1',
        degree: 'MASTER',
        speciality: 'ЛС',
      },
    ],
    specialities: [
      { ...{ speciality: 'SURGEON', speciality_officio: false, level: 'FIRST' }, qualification_type: 'AWARDING' },
      { ...{ speciality, speciality_officio: true, level: 'FIRST' }, qualification_type: 'AWARDING' },
    ],
    ...given,
  }
}

/** The data of an accepted request. `party` is completed as well. */
export function requestData({ party = {}, ...given }: Given = {}): Given {
  const number = unique()
  return {
    legal_entity_id: randomUUID(),
    position: 'P2',
    start_date: '2026-01-15',
    employee_type: 'HR',
    ...given,
    party: {
      ...{
        last_name: 'Шевченко',
        first_name: 'Олена',
        second_name: 'Іванівна',
        birth_date: '1985-05-17',
        gender: 'FEMALE',
      },
      ...{ tax_id: digits(3_100_000_000 + number, 10), no_tax_id: false, email: `user${number}@example.org` },
      documents: [{ type: 'NATIONAL_ID', number: digits(number, 9), issued_at: '2020-01-02' }],
      phones: [{ type: 'MOBILE', number: '+380971112233' }],
      ...party,
    },
  }
}

/** Inserts a request, with its legal entity if missing. Returns its id. */
export async function addRequest(executor: Executor, data: Given, status = 'NEW'): Promise<string> {
  const id = randomUUID()
  await addLegalEntity(executor, { id: data['legal_entity_id'] })
  await executor.query({
    text: 'insert into il.employee_requests (id, data, status, inserted_by, updated_by) values ($1, $2, $3, $4, $4)',
    values: [id, JSON.stringify(data), status, USER],
  })
  return id
}

/** Inserts a legal entity if there is none with that id. */
export async function addLegalEntity(executor: Executor, given: Given = {}): Promise<string> {
  const { id = randomUUID(), type = 'PRIMARY_CARE', name = 'Клініка' } = given
  await executor.query({
    text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, $2, '42032422', $3, 'ACTIVE')
           on conflict (id) do nothing`,
    values: [id, name, type],
  })
  return id
}

/** Inserts a user. */
export async function addUser(executor: Executor, email = `user${unique()}@example.org`): Promise<TestUser> {
  const id = randomUUID()
  await executor.query({ text: 'insert into mithril.users (id, email) values ($1, $2)', values: [id, email] })
  return { id, email }
}

/** Adds a request with the user it invites. */
export async function invite(ground: Ground, given: Given = {}): Promise<{ id: string; data: Given; user: TestUser }> {
  const data = requestData(given)
  const id = await addRequest(ground.owner, data)
  return { id, data, user: await userOf(ground, data) }
}

/** The user with the request's e-mail, created if missing. */
export async function userOf({ owner }: Ground, data: Given): Promise<TestUser> {
  const { email } = data['party']
  const [known] = await owner.query<TestUser>({
    text: 'select id, email from mithril.users where email = $1',
    values: [email],
  })
  return known ?? addUser(owner, email)
}

/** The user in the form that the domain expects. */
export function answering({ id: userId, email }: TestUser) {
  return { actor: { userId, clientId: randomUUID(), requestId: 'test' }, email, operation: 'test' }
}

/** Approves as this user. */
export function approve(
  { database, jobs }: Pick<Ground, 'database' | 'jobs'>,
  id: string,
  user: TestUser,
  today?: string,
  knownParty: KnownPartyRule = 'seed',
): Promise<Approval> {
  return approveRequest({ database, jobs, knownParty }, id, {
    ...answering(user),
    ...(today === undefined ? {} : { today }),
  })
}

/** Approves, and fails if that was refused. */
export async function approved(ground: Ground, given: Given = {}, today?: string) {
  const invited = await invite(ground, given)
  const approval = await approve(ground, invited.id, invited.user, today)
  if (approval.kind !== 'approved') throw new Error(`refused: ${approval.refusal.message}`)
  return { ...invited, ...approval }
}

/** Rejects as this user. */
export function reject({ database }: Pick<Ground, 'database'>, id: string, user: TestUser): Promise<Rejection> {
  return rejectRequest(database, id, answering(user))
}

/** The reason of a refusal. */
export function refusalIn(outcome: Approval | Rejection): string | undefined {
  return outcome.kind === 'refused' ? `${outcome.refusal.kind}: ${outcome.refusal.message}` : undefined
}

/** A whole row of a table, or undefined. */
export async function rowOf(executor: Executor, table: string, id: string, key = 'id'): Promise<Given | undefined> {
  const rows = await rowsOf(executor, table, id, key)
  return rows[0]
}

/** The rows of a table with this key, as JSON. */
export async function rowsOf(executor: Executor, table: string, id: string, key: string): Promise<Given[]> {
  const rows = await executor.query<{ row: Given }>({
    text: `select to_jsonb(t) as row from ${table} t where ${key} = $1 order by t`,
    values: [id],
  })
  return rows.map(({ row }) => row)
}

/** The events about an entity, in order. */
export async function eventsOf(executor: Executor, id: string): Promise<Given[]> {
  return executor.query({
    text: `select event_type, entity_type, properties, changed_by from event_manager.events where entity_id = $1 order by place`,
    values: [id],
  })
}

const KEPT = ['mpi', 'prm', 'ops', 'il', 'mithril', 'event_manager', 'zvirka', 'mimir', 'pgboss']
// Bookkeeping of the job engine and the migrations.
const APART = ['pgboss.version', 'pgboss.queue', 'zvirka.schema_migrations']

/** A digest of each table: two equal ones mean equal rows. */
export async function everything({ owner }: Ground): Promise<Given> {
  const tables = await owner.query<{ name: string }>({
    text: `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = any ($1) order by 1`,
    values: [KEPT],
  })
  const digests = tables
    .filter(({ name }) => !APART.includes(name))
    .map(({ name }) => `(select md5(string_agg(t::text, E'\\n' order by t::text)) from ${name} t) as "${name}"`)
  const [row] = await owner.query<Given>({ text: `select ${digests.join(', ')}` })
  return row ?? {}
}

/** A contract signed by an employee. */
export async function addContract(executor: Executor, employeeId: string, given: Given = {}): Promise<string> {
  const { id = randomUUID(), status = 'VERIFIED', is_suspended = false } = given
  await executor.query({
    text: `insert into ops.contracts (id, contract_number, contractor_legal_entity_id, contractor_owner_id, status, is_suspended,
                                      start_date, end_date, updated_by)
           values ($1, '0000-XXXX', $2, $3, $4, $5, '2026-01-01', '2026-12-31', $6)`,
    values: [id, randomUUID(), employeeId, status, is_suspended, USER],
  })
  return id
}

/** Which of these contracts are suspended, and who updated them last. */
export async function contractsOf(executor: Executor, ids: readonly string[]): Promise<string[]> {
  const rows = await Promise.all(ids.map((id) => rowOf(executor, 'ops.contracts', id)))
  return rows.map(
    (row) => `${row?.['is_suspended'] === true ? 'suspended' : 'good'}${row?.['updated_by'] === USER ? '' : ' now'}`,
  )
}
