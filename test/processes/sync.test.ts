// Rules: spec 2.1.5, 7.1.5, 7.1.10
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { addPersons } from '../synchronization/people.ts'
import { addCrowd, countUnsettled, findFaults, heldBy, untilHolding } from './crowd.ts'
import { type Ground, prepareGround } from './ground.ts'

const SYNC = ['sync', 'dms-passport', 'person']
const QUIET = { LOG_LEVEL: 'warn' }

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

const sync = (...more: string[]) => ground.launch([...SYNC, ...more], QUIET)

async function slowDown(milliseconds: number): Promise<void> {
  await ground.simulator.setFaults({
    faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms: milliseconds } }],
  })
}

interface Run {
  readonly id: string
  readonly state: string
  readonly held_by: string | null
  readonly finding: string | null
}

function runs(): Promise<Run[]> {
  return ground.db.database.query<Run>({
    text: `select id, state, held_by, finding ->> 'code' as finding from zvirka.runs order by started_at`,
  })
}

describe('zvirka sync', () => {
  test('exits with 0 and prints, with --json and --quiet, one object with exactly ten keys and nothing else', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 50)
    const { code, out, err } = await sync('--json', '--quiet').ended
    const [run] = await runs()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^\{.*\}\n$/)
    expect(JSON.parse(out)).toEqual({
      run: run?.id,
      state: 'finished',
      claimed: 50,
      verified: 40,
      not_verified: 10,
      not_needed: 0,
      incorrect: 0,
      to_review: 0,
      technical_errors: 0,
      seconds: expect.any(Number),
    })
    expect(await findFaults(ground.db.database, crowd)).toEqual([])
  })

  test('prints plain lines without a terminal, and a summary on standard output', async () => {
    await addCrowd(ground.db, ground.simulator, 20)
    const { code, out, err } = await sync().ended
    expect(code).toBe(0)
    expect(err).toMatch(/^(dms-passport person: \d+( of \d+)?, \d+\/s.*\n)+$/)
    expect(err).toMatch(/dms-passport person: 20 of 20, .*verified 16, not verified 4\n$/)
    expect(out).toMatch(/^run [0-9a-f-]{36}: finished\n20 checked in /)
  })

  test('exits with 3 if some subjects had technical errors', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 20)
    const [first] = crowd
    const match = { documents: [first?.number ?? ''] }
    await ground.simulator.setFaults({ faults: [{ kind: 'status', status: -1, match }] })
    const { code, out } = await sync('--json', '--quiet').ended
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 3, state: 'finished', claimed: 20, technical_errors: 1 })
    expect(await countUnsettled(ground.db.database)).toBe(1)
  })

  test('exits with 2 for invalid arguments, before it starts a run', async () => {
    const typed = [
      ['sync', 'nhs', 'person'],
      ['sync', 'dms-passport'],
      [...SYNC, '--limit', '0'],
      [...SYNC, '--fast'],
    ]
    for (const { code, out, err } of await Promise.all(typed.map((args) => ground.launch(args, QUIET).ended))) {
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/hint: /)
    }
    expect(await runs()).toEqual([])
  })

  test('exits with 1 and a hint if no registry is set, and never starts a simulator', async () => {
    const { code, out, err } = await ground.launch(SYNC, { ...QUIET, TREMBITA_URLS: '' }).ended
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/TREMBITA_URLS is not set/)
    expect(err).toMatch(/hint: set TREMBITA_URLS/)
  })

  test('--limit applies to the run in the whole cluster, including subjects without a call', async () => {
    await addCrowd(ground.db, ground.simulator, 150)
    await addPersons(
      ground.db.database,
      Array.from({ length: 50 }, () => ({ documents: [] })),
    )
    await slowDown(20)
    const worker = ground.launch(['worker'])
    await worker.untilSays(/the worker is ready/)
    const { code, out } = await sync('--limit', '90', '--json', '--quiet').ended
    const summary = JSON.parse(out) as Record<string, number>
    expect({ code, ...summary }).toMatchObject({ code: 0, state: 'finished', claimed: 90 })
    expect((summary['verified'] ?? 0) + (summary['not_verified'] ?? 0) + (summary['not_needed'] ?? 0)).toBe(90)
    expect(await countUnsettled(ground.db.database)).toBe(110)
    expect(summary['not_needed']).toBeGreaterThan(0)
  })
})

describe('a database that is slower than the registry', () => {
  test('is waited for: the worker stays alive, claims no more than it can hold, and continues', async () => {
    await addPersons(
      ground.db.database,
      Array.from({ length: 2000 }, () => ({ documents: [] })),
    )
    const owner = ground.db.open({ role: 'zvirka_owner', max: 1 })
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const locking = owner.transaction(async (tx) => {
      // Claims go on, but nothing can be written.
      await tx.query({ text: 'lock table zvirka.verification_history in share mode' })
      await released
    })
    const command = ground.launch([...SYNC, '--json', '--quiet'], {
      ...QUIET,
      DMS_PASSPORT_PERSONS_SYNCHRONIZATION_BATCH_SIZE: '300',
    })
    try {
      await until('it to hold more than it may have unwritten', async () => {
        return (await heldBy(ground.db.database, command.pid)).length > 400
      })
      const renewed = await readRenewal()
      await until('its lease to be renewed all the same', async () => (await readRenewal()) > renewed)
      expect((await heldBy(ground.db.database, command.pid)).length).toBeLessThan(1200)
    } finally {
      release()
      await locking
    }
    const { code, out } = await command.ended
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished', not_needed: 2000 })
  })
})

async function readRenewal(): Promise<string> {
  const [row] = await ground.db.database.query<{ at: string }>({
    text: 'select max(renewed_at)::text as at from zvirka.workers',
  })
  return row?.at ?? ''
}

describe('an active run', () => {
  test('makes a second sync fail with 1 and the run’s id; --attach joins it', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 400)
    await slowDown(1000)
    const first = sync('--json', '--quiet')
    await ground.untilCalls(1)
    const [refused, attached] = [sync(), sync('--attach', '--json', '--quiet')]
    const { code, out, err } = await refused.ended
    const [run] = await runs()
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(`a run of dms-passport person is in progress: ${run?.id}`)
    expect(err).toMatch(/hint: --attach/)
    await untilHolding(ground.db.database, attached.pid)
    await slowDown(20)
    const [own, joined] = await Promise.all([first.ended, attached.ended])
    expect([own.code, joined.code]).toEqual([0, 0])
    expect(JSON.parse(joined.out)).toEqual({ ...JSON.parse(own.out), seconds: expect.any(Number) })
    expect(JSON.parse(own.out)).toMatchObject({ run: run?.id, claimed: 400 })
    const parts = await ground.db.database.query({ text: 'select from zvirka.run_workers where claimed > given_back' })
    expect(parts).toHaveLength(2)
    expect(await findFaults(ground.db.database, crowd)).toEqual([])
  })

  test('is stopped by Ctrl-C in the command that started it: 130, unasked subjects are due as before', async () => {
    await addCrowd(ground.db, ground.simulator, 400)
    await slowDown(300)
    const own = sync('--json', '--quiet')
    await ground.untilCalls(16)
    const at = performance.now()
    own.signal('SIGINT')
    const { code, out } = await own.ended
    expect(performance.now() - at).toBeLessThan(8000)
    const summary = JSON.parse(out) as Record<string, number>
    expect({ code, ...summary }).toMatchObject({ code: 130, state: 'stopped' })
    expect(await runs()).toMatchObject([{ state: 'stopped', held_by: 'user', finding: 'interrupted' }])
    // Everybody who was asked about is settled, and nobody else was touched.
    expect(ground.simulator.calls()).toHaveLength(summary['claimed'] ?? 0)
    expect(await countUnsettled(ground.db.database)).toBe(400 - (summary['claimed'] ?? 0))
    expect(await ground.db.database.query({ text: 'select from zvirka.claims' })).toEqual([])
  })

  test('is not affected by Ctrl-C in a command that joined it', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 500)
    await slowDown(1000)
    const own = sync('--json', '--quiet')
    await ground.untilCalls(1)
    const joined = sync('--attach', '--json', '--quiet')
    await untilHolding(ground.db.database, joined.pid)
    joined.signal('SIGINT')
    const left = await joined.ended
    expect(left.code).toBe(130)
    expect(own.isOver).toBe(false)
    expect(await heldBy(ground.db.database, joined.pid)).toEqual([])
    expect(await runs()).toMatchObject([{ state: 'running' }])
    await slowDown(20)
    const { code, out } = await own.ended
    expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished', claimed: 500 })
    expect(await findFaults(ground.db.database, crowd)).toEqual([])
  })
})

describe('the guard', () => {
  test('stops a sync with 3 when the registry flags everybody, and recheck reverts everything', async () => {
    const crowd = await addCrowd(ground.db, ground.simulator, 1000)
    await ground.simulator.setFaults({
      faults: [
        { kind: 'latency', delay: { distribution: 'fixed', ms: 50 } },
        { kind: 'status', status: 1 },
      ],
    })
    const { code, out } = await sync('--json', '--quiet').ended
    const summary = JSON.parse(out) as Record<string, number | string>
    expect({ code, ...summary }).toMatchObject({ code: 3, state: 'stopped', verified: 0 })
    expect(await runs()).toMatchObject([{ state: 'stopped', held_by: 'guard', finding: 'guard_answers' }])
    expect(summary['not_verified']).toBeGreaterThanOrEqual(500)
    expect(summary['not_verified']).toBeLessThan(900)

    await ground.simulator.clearFaults()
    const recheck = ['recheck', 'dms-passport', 'person', '--run', String(summary['run']), '--json', '--quiet']
    const back = await ground.launch(recheck, QUIET).ended
    expect({ code: back.code, ...JSON.parse(back.out) }).toMatchObject({
      code: 0,
      state: 'done',
      persons: summary['not_verified'],
    })
    const again = await sync('--json', '--quiet').ended
    expect({ code: again.code, ...JSON.parse(again.out) }).toMatchObject({ code: 0, state: 'finished', claimed: 1000 })
    const rows = await ground.db.database.query<{ id: string; outcome: string }>({
      text: `select person_id as id, dms_passport_verification_status || ' / ' || dms_passport_verification_reason as outcome
               from wide.person_verifications`,
    })
    const outcomes = new Map(rows.map(({ id, outcome }) => [id, outcome]))
    expect(crowd.filter(({ id, outcome }) => outcomes.get(id) !== outcome)).toEqual([])
  })
})
