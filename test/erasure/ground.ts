/** A person with unique values, imported and known to registries, and a search for what is left of them. */
import { randomUUID } from 'node:crypto'
import type { Operator } from '../../src/erasure/erasure.ts'
import { propose } from '../death-acts/candidates.ts'
import { importLines } from '../persons/persons.ts'
import type { TestDatabase } from '../support/database.ts'
import { answer, makeWorker, startRun, untilOver } from '../synchronization/cluster.ts'
import { USER } from '../synchronization/people.ts'

/** A named operator on a machine. */
export function operator(name: string, machine = 'kyiv-1'): Operator {
  return {
    userId: USER,
    clientId: '00000000-0000-0000-0000-000000000000',
    requestId: 'command',
    operator: `${name}@${machine}`,
  }
}

export const OLENA = operator('olena')
export const PETRO = operator('petro')
export const REASON = 'court order 752/1234/26'

/** Values that identify a person in table rows. */
export interface Marked {
  readonly id: string
  readonly record: Readonly<Record<string, unknown>>
  readonly marks: readonly string[]
}

let made = 0

/** A record with values that nobody else has. */
export function marked(given: Readonly<Record<string, unknown>> = {}): Marked {
  made += 1
  const n = String(7000 + made)
  const record = {
    id: randomUUID(),
    ...{ last_name: `Канаркенко${n}`, first_name: `Жовтина${n}`, second_name: `Співаківна${n}` },
    ...{ birth_date: `19${10 + made}-07-07`, gender: 'FEMALE', tax_id: `770077${n}`, unzr: `19770707-7${n}` },
    documents: [
      { type: 'NATIONAL_ID', number: `77007${n}`, issued_at: '2020-05-06', issued_by: `Канарський відділ ${n}` },
      { type: 'PASSPORT', number: `КН77${n}`, issued_at: '2001-05-06' },
    ],
    ...given,
  }
  const { last_name, first_name, second_name, birth_date, tax_id, unzr } = record
  const marks = [
    ...[last_name, first_name, second_name, birth_date, tax_id, unzr, `77007${n}`, `КН77${n}`, `КН,77${n}`],
    ...[`Канарський відділ ${n}`, `Коментар про ${n}`],
  ]
  return { id: record.id, record, marks }
}

/** Imports them, lets registries find everything, and adds what officials and the register wrote. */
export async function known(db: TestDatabase, ...people: readonly Marked[]): Promise<void> {
  if (people.length > 0)
    await importLines(
      db.database,
      people.map(({ record }) => record),
    )
  const worker = makeWorker(db, { ask: async () => answer(1), askUnzr: async () => answer(1) })
  await worker.start()
  const processes = ['unzr/person', 'mvs_passport/person', 'dms_passport/person']
  const runs = await Promise.all(processes.map((process) => startRun(db, { process })))
  for (const { id } of runs) await untilOver(db, id)
  await worker.stop()
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  for (const { id, record } of people) {
    await owner.query({
      text: 'update mpi.person_verification_summaries set nhs_verification_comment = $2 where person_id = $1',
      values: [id, `Коментар про ${String(record['tax_id']).slice(-4)}`],
    })
    const ofPerson = { surname: String(record['last_name']), numident: String(record['tax_id']) }
    const actId = await propose(owner, 'person', id, { ...ofPerson, key: `акт ${id}` })
    await owner.query({
      text: 'update mpi.person_dracs_death_checks set comment = $2, data_id = $3 where subject_id = $1',
      values: [id, `Коментар про ${String(record['tax_id']).slice(-4)}`, actId],
    })
    await owner.query({
      text: `insert into mimir.unzr_info (unzr, job_status, info, synced_at, inserted_by, updated_by)
             values ($1, 'processed', $2, now(), $3, $3) on conflict do nothing`,
      values: [record['unzr'], JSON.stringify({ name: record['last_name'] }), USER],
    })
  }
  await owner.close()
}

/** Every row of every table, as text, by table name. */
export async function everything(db: TestDatabase): Promise<Map<string, string>> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const tables = await owner.query<{ name: string }>({
    text: `select format('%I.%I', n.nspname, c.relname) as name
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' order by 1`,
  })
  const found = new Map<string, string>()
  for (const { name } of tables) {
    const rows = await owner.query<{ text: string }>({ text: `select t::text as text from ${name} t order by 1` })
    found.set(name, rows.map(({ text }) => text).join('\n'))
  }
  await owner.close()
  return found
}

/** The tables in which values of these people occur. */
export async function placesOf(db: TestDatabase, ...people: readonly Marked[]): Promise<string[]> {
  const marks = people.flatMap((person) => person.marks).map((mark) => mark.toLowerCase())
  const all = [...(await everything(db))]
  return all.filter(([, text]) => marks.some((mark) => text.toLowerCase().includes(mark))).map(([name]) => name)
}
