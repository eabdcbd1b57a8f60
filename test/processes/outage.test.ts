import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Faults } from '../../simulator/faults/schema.ts'
import { until } from '../support/until.ts'
import { addCrowd, countUnsettled, findFaults } from './crowd.ts'
import { type Ground, prepareGround } from './ground.ts'

const SYNC = ['sync', 'dms-passport', 'person', '--json', '--quiet']
const PERSONS = 400

// Mostly they wait for the breaker's clock, so they run in parallel, each with its own set-up.
let grounds: Ground[]
beforeAll(async () => {
  grounds = await Promise.all(Array.from({ length: 4 }, () => prepareGround()))
})
afterAll(() => Promise.all(grounds.map((ground) => ground.close())))

/** Whether a breaker is open, by what workers report. */
async function isBreakerOpen({ db }: Ground): Promise<boolean> {
  const rows = await db.database.query<{ open: boolean }>({
    text: `select (breakers -> 'CheckPassportDMSStatus' ->> 'open')::boolean as open from zvirka.workers where breakers <> '{}'`,
  })
  return rows.some(({ open }) => open)
}

async function countClaims({ db }: Ground): Promise<number> {
  return (await db.database.query({ text: 'select from zvirka.claims' })).length
}

/**
 * Starts a sync, makes the registry fail at once or midway, and lets it recover once the breaker is open; waits for the end of the sync.
 */
async function breakAndMend(
  ground: Ground,
  faults: Faults['faults'],
  { isWrongFromTheStart = false, more = {} }: { isWrongFromTheStart?: boolean; more?: Record<string, string> } = {},
) {
  const crowd = await addCrowd(ground.db, ground.simulator, PERSONS)
  const latency = { kind: 'latency', delay: { distribution: 'fixed', ms: 100 } } as const
  await ground.simulator.setFaults({ faults: isWrongFromTheStart ? [...faults, latency] : [latency] })
  // A worker that loses its lease on a busy machine would lose its counts.
  const sync = ground.launch(SYNC, { ZVIRKA_LEASE_SECONDS: '60', ...more })
  const enough = isWrongFromTheStart ? 1 : 40
  await until('some calls', async () => ground.simulator.calls().length >= enough)
  if (!isWrongFromTheStart) await ground.simulator.setFaults({ faults: [...faults, latency] })
  await until('the breaker to open', () => isBreakerOpen(ground))
  await until('claims without a call to be released', async () => (await countClaims(ground)) <= 1)
  const settledAtOpening = PERSONS - (await countUnsettled(ground.db.database))
  await ground.simulator.setFaults({ faults: [latency] })
  const { code, out } = await sync.ended
  const summary = JSON.parse(out) as Record<string, number>
  return { crowd, settledAtOpening, code, summary }
}

async function expectAllButErrorsSettled(
  ground: Ground,
  { code, summary, settledAtOpening }: Awaited<ReturnType<typeof breakAndMend>>,
) {
  expect({ code, ...summary }).toMatchObject({ code: 3, state: 'finished', claimed: PERSONS })
  expect(settledAtOpening).toBeLessThan(PERSONS)
  const errors = summary['technical_errors'] ?? 0
  expect(errors).toBeGreaterThan(0)
  expect(await countUnsettled(ground.db.database)).toBe(errors)
  // An outage must not affect everybody: twenty errors open the breaker, open calls add theirs, then only probes follow.
  expect(errors).toBeLessThan(100)
  return errors
}

async function expectTheNextSyncToSettleThem(
  ground: Ground,
  { crowd }: Awaited<ReturnType<typeof breakAndMend>>,
  errors: number,
) {
  await ground.simulator.clearFaults()
  const { code, out } = await ground.launch(SYNC).ended
  expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, state: 'finished', claimed: errors })
  expect(await findFaults(ground.db.database, crowd)).toEqual([])
}

describe.concurrent('a registry', () => {
  test('that is down for 30 s ends a sync with 3, and everybody is due as before', async () => {
    const ground = grounds[0] as Ground
    await addCrowd(ground.db, ground.simulator, PERSONS)
    await ground.simulator.setFaults({ faults: [{ kind: 'refuse' }] })
    const { code, out } = await ground.launch(SYNC).ended
    const summary = JSON.parse(out) as Record<string, number>
    expect({ code, ...summary }).toMatchObject({ code: 3, state: 'stopped', verified: 0, not_verified: 0 })
    expect(summary['seconds']).toBeGreaterThan(29)
    expect(summary['seconds']).toBeLessThan(50)
    expect(summary['technical_errors']).toBeLessThan(60)
    const [run] = await ground.db.database.query({ text: 'select held_by, finding from zvirka.runs' })
    expect(run).toEqual({ held_by: 'fault', finding: { code: 'breaker_open', params: { seconds: 30 } } })
    const touched = await ground.db.database.query({
      text: `select from wide.person_verifications where dms_passport_verification_status <> 'VERIFICATION_NEEDED' or dms_passport_verification_reason <> 'INITIAL'`,
    })
    expect(touched).toEqual([])
    const failed = await ground.db.database.query({
      text: 'select from wide.person_verifications where dms_passport_failures > 0',
    })
    expect(failed).toHaveLength(summary['technical_errors'] ?? -1)
  })

  test('that goes down and recovers opens the breaker and closes it, and the sync continues', async () => {
    const ground = grounds[1] as Ground
    const broken = await breakAndMend(ground, [{ kind: 'refuse' }])
    const errors = await expectAllButErrorsSettled(ground, broken)
    await expectTheNextSyncToSettleThem(ground, broken, errors)
  })

  test('that does not answer for a time opens the breaker and closes it, and the sync continues', async () => {
    const ground = grounds[2] as Ground
    const broken = await breakAndMend(ground, [{ kind: 'hang' }], { more: { TREMBITA_TIMEOUT_MS: '1500' } })
    const errors = await expectAllButErrorsSettled(ground, broken)
    await expectTheNextSyncToSettleThem(ground, broken, errors)
  })

  test('that answers every second call opens the breaker and closes it, and the sync continues', async () => {
    const ground = grounds[3] as Ground
    const every = { kind: 'http', status: 500, share: 0.5 } as const
    const broken = await breakAndMend(ground, [every], { isWrongFromTheStart: true })
    const errors = await expectAllButErrorsSettled(ground, broken)
    await expectTheNextSyncToSettleThem(ground, broken, errors)
  })
})
