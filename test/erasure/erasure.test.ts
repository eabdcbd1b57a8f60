/** Erasing a person: what is deleted and what stays, beside workers and imports. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import {
  confirmErasure,
  findOrders,
  previewErasure,
  requestErasure,
  withdrawErasure,
} from '../../src/erasure/erasure.ts'
import { zvirka } from '../cli/zvirka.ts'
import { importLines } from '../persons/persons.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { answer, makeWorker, startRun, untilOver } from '../synchronization/cluster.ts'
import { addParties, nationalId } from '../synchronization/people.ts'
import { everything, known, type Marked, marked, OLENA, operator, PETRO, placesOf, REASON } from './ground.ts'

let db: TestDatabase
let owner: Database
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  owner = db.open({ role: 'zvirka_owner', max: 4 })
})
afterAll(() => db.drop())

async function order(person: Marked): Promise<string> {
  const asked = await requestErasure(owner, person.id, REASON, OLENA)
  if (asked.kind !== 'waiting') throw new Error(asked.kind)
  return asked.order.id
}

async function erased(person: Marked): Promise<void> {
  expect((await confirmErasure(owner, await order(person), PETRO)).kind).toBe('erased')
}

async function row(text: string, ...values: unknown[]): Promise<Record<string, unknown>> {
  return (await owner.query({ text, values }))[0] ?? {}
}

function personRow({ id }: Marked) {
  return row(
    `select p.last_name, p.birth_date::text, p.unzr, p.status, p.is_active, s.erased_at is not null as is_erased,
            (select string_agg(distinct c.status::text || ' ' || c.reason || ' ' || coalesce(c.data_id::text, '-'), ',')
               from (select * from mpi.person_unzr_checks union all select * from mpi.person_mvs_passport_checks
                     union all select * from mpi.person_dms_passport_checks) c where c.subject_id = p.id) as checks
       from mpi.persons p join mpi.person_verification_summaries s on s.person_id = p.id where p.id = $1`,
    id,
  )
}

const ERASED = {
  ...{
    last_name: '[erased]',
    birth_date: '0001-01-01',
    unzr: null,
    status: 'inactive',
    is_active: false,
    is_erased: true,
  },
  checks: 'VERIFICATION_NOT_NEEDED AUTO_DATA_ABSENT -',
}

describe('an erasure', () => {
  let person: Marked
  beforeEach(async () => {
    person = marked()
    await known(db, person)
  })

  test('is described by a dry run, which writes only that it was requested', async () => {
    const before = await everything(db)
    const found = await previewErasure(owner, person.id, OLENA)
    expect(found).toMatchObject({
      traces: {
        fields: ['names', 'birth date', 'gender', 'tax id', 'UNZR'],
        counts: {
          ...{ documents: 2, comments: 2, digests: 1, unzr_info: 1, unzr_answers: 1, mvs_passport_answers: 1 },
          ...{
            dms_passport_answers: 1,
            dracs_death_answers: 1,
            unzr_held: 0,
            mvs_passport_held: 0,
            dms_passport_held: 0,
            parties: 0,
          },
        },
      },
    })
    for (const mark of person.marks) expect(JSON.stringify(found)).not.toContain(mark)
    const after = await everything(db)
    const differing = [...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name)
    expect(differing).toEqual(['zvirka.audit'])
  })

  test('needs two people, and then leaves nothing of the person in any table', async () => {
    const history = await row(
      'select count(*)::int as n from zvirka.verification_history where subject_id = $1',
      person.id,
    )
    const id = await order(person)
    for (const same of [OLENA, operator('olena', 'kyiv-2')]) {
      expect((await confirmErasure(owner, id, same)).kind).toBe('same_user')
    }
    expect(await placesOf(db, person)).toContain('mimir.unzr_data')
    expect(await confirmErasure(owner, id, PETRO)).toMatchObject({
      kind: 'erased',
      order: { state: 'erased', ended_by: 'petro@kyiv-1', counts: { documents: 2, unzr_answers: 1, unzr_info: 1 } },
    })
    expect(await placesOf(db, person)).toEqual([])
    expect(await personRow(person)).toEqual(ERASED)
    const { n } = await row(
      'select count(*)::int as n from zvirka.verification_history where subject_id = $1',
      person.id,
    )
    expect(n).toBe(Number(history['n']) + 6)
    expect(
      await owner.query({
        text: `select action, operation, operator, result from zvirka.audit
                where subject_ids = array[$1::uuid] and operation like 'erase%' order by id`,
        values: [person.id],
      }),
    ).toEqual([
      { action: 'write', operation: 'erase person', operator: 'olena@kyiv-1', result: 'done' },
      { action: 'refusal', operation: 'erase confirm', operator: 'olena@kyiv-1', result: 'forbidden' },
      { action: 'refusal', operation: 'erase confirm', operator: 'olena@kyiv-2', result: 'forbidden' },
      { action: 'write', operation: 'erase confirm', operator: 'petro@kyiv-1', result: 'done' },
    ])
  })

  test('reports a second time that it is done', async () => {
    const id = await order(person)
    await confirmErasure(owner, id, PETRO)
    expect(await confirmErasure(owner, id, PETRO)).toMatchObject({ kind: 'already', order: { id } })
    expect(await requestErasure(owner, person.id, REASON, OLENA)).toMatchObject({ kind: 'already', order: { id } })
    expect(await previewErasure(owner, person.id, OLENA)).toMatchObject({ kind: 'already', order: { id } })
  })

  test('cannot be confirmed if the person changed meanwhile, but can after a new order', async () => {
    const id = await order(person)
    await importLines(db.database, [{ ...person.record, first_name: 'Інша' }])
    expect((await confirmErasure(owner, id, PETRO)).kind).toBe('changed')
    expect(await personRow(person)).toMatchObject({ status: 'active', is_erased: false })
    await erased(person)
    expect((await confirmErasure(owner, id, PETRO)).kind).toBe('ended')
    expect(await placesOf(db, person)).toEqual([])
  })

  test('cannot be confirmed after its deadline, or after it was withdrawn', async () => {
    const late = await order(person)
    await owner.query({ text: `update zvirka.erasures set expires_at = now() where id = '${late}'` })
    expect(await confirmErasure(owner, late, PETRO)).toMatchObject({ kind: 'ended', order: { state: 'expired' } })
    const withdrawn = await order(person)
    expect((await withdrawErasure(owner, withdrawn, PETRO)).kind).toBe('withdrawn')
    expect(await confirmErasure(owner, withdrawn, PETRO)).toMatchObject({
      kind: 'ended',
      order: { state: 'withdrawn' },
    })
    const states = (await findOrders(owner, OLENA))
      .filter((each) => each.person_id === person.id)
      .map(({ state }) => state)
    expect(states).toEqual(['withdrawn', 'expired'])
    expect(await personRow(person)).toMatchObject({ is_erased: false })
  })

  test('is not undone by any import at any time', async () => {
    await erased(person)
    const again = [person.record, { ...person.record, first_name: 'Інша' }, { ...person.record, is_active: false }]
    for (const record of again) {
      const { counts, bad } = await importLines(db.database, [record, marked().record])
      expect(counts).toMatchObject({ new: 1, changed: 0, bad: 1 })
      expect(bad).toMatchObject([
        { line: 1, reason: 'the person with this id was erased and cannot be imported again (zvirka erase list)' },
      ])
    }
    expect(await placesOf(db, person)).toEqual([])
  })

  test('is seen by an import that waited for it', async () => {
    const id = await order(person)
    await using held = await hold(person)
    const confirming = confirmErasure(owner, id, PETRO)
    await untilWaiting(1)
    const importing = importLines(db.database, [{ ...person.record, first_name: 'Інша' }])
    await untilWaiting(2)
    await held.release()
    const [{ kind }, { counts }] = await Promise.all([confirming, importing])
    // Whichever of the two locks first, the person never exists after being erased.
    expect([kind, counts.bad, counts.changed]).toEqual(kind === 'erased' ? ['erased', 1, 0] : ['changed', 0, 1])
    expect(await personRow(person)).toMatchObject({ is_erased: kind === 'erased' })
  })

  test('is seen by a worker that asked before it and writes after it', async () => {
    await importLines(db.database, [{ ...person.record, first_name: `${person.record['first_name']}а` }])
    let isAsked = false
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const askUnzr = async () => {
      isAsked = true
      await gate
      return answer(1)
    }
    const worker = makeWorker(db, { ask: async () => answer(1), askUnzr })
    await worker.start()
    const run = await startRun(db, { process: 'unzr/person' })
    await until('the question', async () => isAsked)
    const claimed = await row(`select count(*)::int as n from zvirka.claims where subject_id = $1`, person.id)
    expect(claimed).toEqual({ n: 1 })
    await erased(person)
    expect(await row(`select count(*)::int as n from zvirka.claims where subject_id = $1`, person.id)).toEqual({ n: 0 })
    open()
    expect((await untilOver(db, run.id)).state).toBe('finished')
    await worker.stop()
    expect(await placesOf(db, person)).toEqual([])
    expect(await personRow(person)).toEqual(ERASED)
  })

  test('keeps data that belongs to another person too, with that person’s name', async () => {
    const { unzr, documents } = person.record
    const other = marked({ unzr, documents })
    // The answer about the UNZR has the names of the person asked about last.
    await known(db, other)
    await importLines(db.database, [{ ...person.record, gender: 'MALE' }])
    await known(db)
    expect(await previewErasure(owner, person.id, OLENA)).toMatchObject({
      traces: { counts: { unzr_answers: 0, unzr_held: 1, dms_passport_held: 1, mvs_passport_held: 1, unzr_info: 0 } },
    })
    await erased(person)
    expect(await row('select family_name from mimir.unzr_data where unzr = $1', unzr)).toEqual({
      family_name: other.record['last_name'],
    })
    const names = { ...person, marks: person.marks.filter((mark) => /^(Канарк|Жовтина|Співак)/.test(mark)) }
    // The register's record about the UNZR is also the other person's.
    expect(await placesOf(db, names)).toEqual(['mimir.unzr_info'])
    expect(await row('select count(*)::int as n from mpi.person_documents where person_id = $1', other.id)).toEqual({
      n: 2,
    })
  })

  test('leaves nothing partial if the command is killed', async () => {
    const id = await order(person)
    const before = await placesOf(db, person)
    await using held = await hold(person)
    const { code } = await zvirka(['erase', 'confirm', id], { DATABASE_URL: db.url }, (child) => {
      void untilWaiting(1).finally(() => child.kill('SIGKILL'))
    })
    expect(code).not.toBe(0)
    await held.release()
    await untilWaiting(0)
    expect(await placesOf(db, person)).toEqual(before)
    expect(await personRow(person)).toMatchObject({ status: 'active', is_erased: false })
    expect((await confirmErasure(owner, id, PETRO)).kind).toBe('erased')
  })
})

/** Holds the lock of a person's summary until it is released. */
async function hold({ id }: Marked) {
  const { promise: isReleased, resolve } = Promise.withResolvers<void>()
  const { promise: isHeld, resolve: tell } = Promise.withResolvers<void>()
  const holding = db.open({ max: 1 }).transaction(async (tx) => {
    await tx.query({
      text: 'select from mpi.person_verification_summaries where person_id = $1 for update',
      values: [id],
    })
    tell()
    await isReleased
  })
  await isHeld
  const release = async () => {
    resolve()
    await holding
  }
  return { release, [Symbol.asyncDispose]: release }
}

function untilWaiting(count: number): Promise<unknown> {
  return until(`${count} that wait for a lock`, async () => {
    const { n } = await row('select count(distinct pid)::int as n from pg_locks where not granted')
    return Number(n) === count
  })
}

describe('zvirka erase', () => {
  const run = (...args: string[]) => zvirka(['erase', ...args], { DATABASE_URL: db.url })

  test('names both people, and refuses one who is both', async () => {
    const person = marked()
    await known(db, person)
    const dry = await run('person', person.id, '--dry-run')
    expect(dry.out).toContain(
      `erasing person ${person.id} would erase:\n         names, birth date, gender, tax id, UNZR\n`,
    )
    expect(dry.out).toContain('      2  documents\n')
    expect(dry.out).toContain('ids and codes only, for statistics')
    const asked = await run('person', person.id, '--reason', REASON, '--json')
    const told = JSON.parse(asked.out)
    expect(told).toMatchObject({
      person: person.id,
      state: 'waiting',
      goes: { documents: 2 },
      stays: { history: { count: expect.any(Number) } },
    })
    const confirmed = await run('confirm', told.order)
    expect([confirmed.code, confirmed.err]).toEqual([1, expect.stringContaining('another person must confirm it')])
    expect((await confirmErasure(owner, told.order, PETRO)).kind).toBe('erased')
    const again = await run('confirm', told.order)
    expect([again.code, again.out]).toEqual([0, expect.stringContaining(`person ${person.id} was erased already, `)])
    expect((await run('list')).out).toMatch(new RegExp(`${told.order} +${person.id} +erased `))
    for (const mark of person.marks) expect(dry.out + asked.out + again.out).not.toContain(mark)
  })

  test('refuses parties and says what to do, and needs a reason', async () => {
    const [party = ''] = await addParties(db.database, [{ documents: [nationalId(990_001)] }])
    for (const args of [
      ['party', party],
      ['person', party, '--dry-run'],
    ]) {
      const { code, err } = await run(...args)
      expect(code).toBe(1)
      expect(err).toMatch(/health workers are employees[\s\S]*dismiss the employee/)
    }
    expect((await run('person', party)).code).toBe(2)
    expect((await run('person', party, '--reason', 'so')).code).toBe(2)
  })
})

test('no other role sees orders, erases, or deletes an answer that somebody has', async () => {
  const person = marked()
  await known(db, person)
  for (const role of ['zvirka_app', 'zvirka_worker', 'zvirka_read', 'zvirka_prune'] as const) {
    const database = db.open({ role, max: 1 })
    for (const text of ['select from zvirka.erasures', 'delete from mimir.unzr_data']) {
      await expect(database.query({ text })).rejects.toThrow('permission denied')
    }
  }
  const { forgotten } = await row(
    `select sum(zvirka.forget_answers(s, array(select id from mimir.unzr_data union select id from mimir.dms_passport_data)))::int
       as forgotten from unnest(array['unzr', 'dms_passport']::zvirka.stream[]) s`,
  )
  expect(forgotten).toBe(0)
})
