import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Faults } from '../../simulator/faults/schema.ts'
import { addCrowd, findFaults } from './crowd.ts'
import { type Ground, prepareGround } from './ground.ts'

const SYNC = ['sync', 'dms-passport', 'person', '--json']

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

type Fault = Faults['faults'][number]

/** The registry's behaviour, whose error it is, and the code it is counted under. */
const faults: readonly (readonly [Fault, 'subject' | 'service', string])[] = [
  [{ kind: 'status', status: -1 }, 'subject', 'status_-1'],
  [{ kind: 'status', status: -2 }, 'service', 'status_-2'],
  [{ kind: 'status', status: 7 }, 'subject', 'status_unknown'],
  [{ kind: 'status', status: '01' }, 'subject', 'status_unknown'],
  [{ kind: 'http', status: 500, body: 'html' }, 'service', 'http_500'],
  [{ kind: 'http', status: 502, body: 'html' }, 'service', 'http_502'],
  [{ kind: 'http', status: 302, body: 'empty' }, 'service', 'http_302'],
  [{ kind: 'soap_fault', code: 'Client' }, 'subject', 'Sender'],
  [{ kind: 'soap_fault', code: 'Server' }, 'service', 'Receiver'],
  [{ kind: 'soap_fault', code: 'Server.ServerProxy.NetworkError' }, 'service', 'Server.ServerProxy.NetworkError'],
  [
    { kind: 'soap_fault', code: 'Server.ServerProxy.AccessDenied', http_status: 500 },
    'service',
    'Server.ServerProxy.AccessDenied',
  ],
  [{ kind: 'soap_fault', code: 'Client.InvalidXml' }, 'service', 'Client.InvalidXml'],
  [{ kind: 'truncate' }, 'service', 'malformed_xml'],
  [{ kind: 'doctype' }, 'service', 'doctype'],
  [{ kind: 'oversize' }, 'service', 'oversized'],
  [{ kind: 'gzip' }, 'service', 'compressed'],
  [{ kind: 'wrong_id' }, 'service', 'other_request'],
  [{ kind: 'wrong_id', field: 'client' }, 'service', 'other_request'],
  [{ kind: 'reset' }, 'service', 'connection_reset'],
  [{ kind: 'drop' }, 'service', 'connection_reset'],
  [{ kind: 'hang' }, 'service', 'timeout'],
  [{ kind: 'drip', bytes: 1, every_ms: 100 }, 'service', 'timeout'],
]

interface ErrorRow {
  readonly whose: string
  readonly code: string
  readonly count: number
}

function countExpected(): ErrorRow[] {
  const byName = Map.groupBy(faults, ([, whose, code]) => `${code} ${whose}`)
  return [...byName].map(([name, all]) => {
    const [code = '', whose = ''] = name.split(' ')
    return { whose, code, count: all.length }
  })
}

const inOrder = (rows: readonly ErrorRow[]) => rows.toSorted((a, b) => (a.code < b.code ? -1 : 1))

describe('a registry’s faults', () => {
  test('are counted by kind and code, change no status, and the next sync asks again', async () => {
    const good = await addCrowd(ground.db, ground.simulator, 300)
    const bad = await addCrowd(ground.db, ground.simulator, faults.length, { from: 1000 })
    const rules = faults.map(([fault], place) => ({ ...fault, match: { documents: [bad[place]?.number ?? ''] } }))
    await ground.simulator.setFaults({ faults: rules as Fault[] })
    const before = await states(bad.map(({ id }) => id))
    const first = await ground.launch(SYNC, { TREMBITA_TIMEOUT_MS: '1500' }).ended

    expect({ code: first.code, ...JSON.parse(first.out) }).toMatchObject({
      ...{ code: 3, state: 'finished', claimed: 300 + bad.length },
      ...{ verified: 240, not_verified: 60, technical_errors: bad.length },
    })
    const errors = await ground.db.database.query<ErrorRow>({
      text: 'select whose, code, count::int as count from zvirka.run_errors',
    })
    expect(inOrder(errors)).toEqual(inOrder(countExpected()))
    const after = await states(bad.map(({ id }) => id))
    expect(after).toEqual(before.map((state) => ({ ...state, failures: 1, waits: 'about a minute' })))
    const traces = await ground.db.database.query({
      text: `select entity_id from event_manager.events where entity_id = any ($1)
             union all select subject_id from zvirka.verification_history where subject_id = any ($1)`,
      values: [bad.map(({ id }) => id)],
    })
    expect(traces).toEqual([])
    expect([...good, ...bad].filter(({ number }) => `${first.out}${first.err}`.includes(number))).toEqual([])

    await ground.simulator.clearFaults()
    const second = await ground.launch(SYNC).ended
    expect({ code: second.code, ...JSON.parse(second.out) }).toMatchObject({ code: 0, claimed: bad.length })
    expect(await findFaults(ground.db.database, [...good, ...bad])).toEqual([])
  })

  test('a thousand subjects at the head of the queue that always get -1 delay nobody', async () => {
    const always = await addCrowd(ground.db, ground.simulator, 1000, { from: 900_000_000, reason: 'ONLINE_TRIGGERED' })
    const others = await addCrowd(ground.db, ground.simulator, 200)
    await ground.simulator.setFaults({ faults: [{ kind: 'status', status: -1, match: { document_prefix: '9' } }] })
    const first = await ground.launch(SYNC).ended
    expect({ code: first.code, ...JSON.parse(first.out) }).toMatchObject({
      ...{ code: 3, state: 'finished', claimed: 1200, verified: 160, not_verified: 40, technical_errors: 1000 },
    })

    // A manual run also takes those that wait, after all others.
    ground.simulator.resetCalls()
    const late = await addCrowd(ground.db, ground.simulator, 100, { from: 1000 })
    const second = await ground.launch(SYNC).ended
    expect({ code: second.code, ...JSON.parse(second.out) }).toMatchObject({ code: 3, claimed: 1100, verified: 80 })
    const lateNumbers = new Set(late.map(({ number }) => number))
    const places = ground.simulator
      .calls()
      .flatMap(({ question }, place) => (lateNumbers.has(question ?? '') ? [place] : []))
    expect(places).toHaveLength(100)
    expect(Math.max(...places)).toBeLessThan(150)
    const failures = await ground.db.database.query({
      text: `select dms_passport_failures as failures, count(*)::int as count from wide.person_verifications group by 1 order by 1`,
    })
    expect(failures).toEqual([
      { failures: 0, count: others.length + late.length },
      { failures: 2, count: always.length },
    ])
  })
})

function states(ids: readonly string[]): Promise<Record<string, unknown>[]> {
  return ground.db.database.query({
    text: `select dms_passport_verification_status as status, dms_passport_verification_reason as reason, dms_passport_data_id as data_id,
                  dms_passport_data_status as data_status, dms_passport_synced_at as synced_at, dms_passport_unverified_at as unverified_at,
                  dms_passport_failures as failures,
                  case when dms_passport_waits_until between now() + interval '15 seconds' and now() + interval '61 seconds'
                       then 'about a minute' else dms_passport_waits_until::text end as waits
             from wide.person_verifications where person_id = any ($1) order by person_id`,
    values: [ids],
  })
}
