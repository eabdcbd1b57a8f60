// Rules: spec 5.3.6
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answered, handWorker } from '../synchronization/by-hand.ts'
import { startRun } from '../synchronization/cluster.ts'
import { approved, eventsOf, type Given, type Ground, makeGround, rowOf, rowsOf } from './approve-ground.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

const verification = async (id: string) => (await rowOf(ground.owner, 'wide.party_verifications', id, 'party_id')) ?? {}
const statusOf = async (id: string) => (await rowOf(ground.owner, 'prm.parties', id))?.['verification_status']

const PASSPORT = { type: 'PASSPORT', number: 'АБ123456' }
const NATIONAL_ID = { type: 'NATIONAL_ID', number: '001234567' }
const BIRTH_CERTIFICATE = { type: 'BIRTH_CERTIFICATE', number: '1' }

const STREAMS = ['drfo', 'dracs_death', 'mvs_passport', 'dms_passport']
const OURS = ['mvs_passport', 'dms_passport']
const NEEDED = ['VERIFICATION_NEEDED', 'ONLINE_TRIGGERED']
const NOT_NEEDED = ['VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT']

/** The columns of some streams, prefixed with the stream's name. */
function columns(streams: readonly string[], of: Given): Given {
  return Object.fromEntries(streams.flatMap((s) => Object.entries(of).map(([name, value]) => [`${s}_${name}`, value])))
}

const state = (streams: readonly string[], [status, reason]: readonly string[]) =>
  columns(streams, { verification_status: status, verification_reason: reason })

/** What a submission writes, with or without a passport. */
const submitted = (hasPassport: boolean): Given => ({
  ...state(['drfo', 'dracs_death'], NEEDED),
  ...{ drfo_data_id: null, drfo_data_result: null, drfo_synced_at: null, dracs_death_online_status: 'READY' },
  ...state(OURS, hasPassport ? NEEDED : NOT_NEEDED),
  ...columns(OURS, { data_id: null, data_status: null, synced_at: null, waits_until: null, failures: 0 }),
  ...columns(OURS, { triggered_at: hasPassport ? expect.any(String) : null }),
})

/** Writes columns of a party's verification as another process would. */
async function write(partyId: string, given: Given, status?: string): Promise<void> {
  const names = Object.keys(given)
  await ground.owner.query({
    text: `update wide.party_verifications set ${names.map((name, n) => `${name} = $${n + 2}`).join(', ')} where party_id = $1`,
    values: [partyId, ...Object.values(given)],
  })
  if (status !== undefined)
    await ground.owner.query({
      text: 'update prm.parties set verification_status = $2 where id = $1',
      values: [partyId, status],
    })
}

const SYNCED = '2026-03-02T01:15:00+00:00'
const VERIFIED = {
  ...state(['drfo', 'dracs_death'], ['VERIFIED', 'AUTO_ONLINE']),
  ...state(OURS, ['VERIFIED', 'AUTO_VALID']),
  ...{
    drfo_data_id: randomUUID(),
    drfo_data_result: 1,
    drfo_synced_at: SYNCED,
    dracs_death_synced_at: SYNCED,
  },
  ...columns(OURS, { data_id: randomUUID(), data_status: 0, synced_at: SYNCED, failures: 3, waits_until: SYNCED }),
}

/** Approves a person, marks all streams verified, and approves again with these documents. */
async function again(documents: readonly Given[], given: Given = VERIFIED, status = 'VERIFIED') {
  const before = await approved(ground)
  await write(before.partyId, given, status)
  const after = await approved(ground, { party: { ...before.data['party'], documents } })
  return { ...after, row: await verification(after.partyId) }
}

describe('a new party', () => {
  test.each([
    ['a passport', [PASSPORT], true],
    ['an identity card', [BIRTH_CERTIFICATE, NATIONAL_ID], true],
    ['an ill-formed passport', [{ type: 'PASSPORT', number: 'x' }], true],
    ['neither', [BIRTH_CERTIFICATE], false],
  ])('with %s is queued', async (_, documents, hasPassport) => {
    const { partyId, user } = await approved(ground, { party: { documents } })
    expect(await verification(partyId)).toMatchObject({
      ...submitted(hasPassport),
      ...columns(STREAMS, { unverified_at: null }),
      ...{ dracs_death_verification_comment: null, is_subject_active: true },
      ...{ inserted_by: user.id, updated_by: user.id },
    })
  })

  test('needs verification, without an event, because it is new', async () => {
    for (const documents of [[PASSPORT], [BIRTH_CERTIFICATE]]) {
      const { partyId } = await approved(ground, { party: { documents } })
      expect(await statusOf(partyId)).toBe('VERIFICATION_NEEDED')
      expect(await eventsOf(ground.owner, partyId)).toEqual([])
    }
  })

  test('has its streams in the history', async () => {
    const { partyId, user } = await approved(ground, { party: { documents: [BIRTH_CERTIFICATE] } })
    const rows = await rowsOf(ground.owner, 'zvirka.verification_history', partyId, 'subject_id')
    const by = { subject_kind: 'party', step: 'trigger', changed_by: user.id, run_id: null }
    const [status, reason] = NEEDED
    const [notNeeded, absent] = NOT_NEEDED
    expect(rows).toMatchObject([
      ...OURS.map((stream) => ({ ...by, stream, status: notNeeded, reason: absent })),
      { ...by, stream: 'drfo', status, reason },
      { ...by, stream: 'dracs_death', status, reason },
    ])
  })
})

describe('a known party', () => {
  test.each([
    ['with a passport', [PASSPORT], true],
    ['with an identity card', [NATIONAL_ID], true],
    ['with neither', [BIRTH_CERTIFICATE], false],
  ])('%s is queued again, whatever the earlier result', async (_, documents, hasPassport) => {
    const { row, user } = await again(documents)
    expect(row).toMatchObject({ ...submitted(hasPassport), updated_by: user.id })
    expect(row['updated_at'] > row['inserted_at']).toBe(true)
  })

  test('is queued again although nothing changed', async () => {
    const before = await approved(ground)
    await write(before.partyId, VERIFIED, 'VERIFIED')
    await approved(ground, before.data)
    expect(await verification(before.partyId)).toMatchObject(submitted(true))
  })

  test('keeps what the specification does not mention: unverified_at and the comment of DRACS', async () => {
    const kept = { ...columns(STREAMS, { unverified_at: SYNCED }), dracs_death_verification_comment: 'Тезка' }
    const { row } = await again([PASSPORT], { ...VERIFIED, ...kept })
    expect(row).toMatchObject(kept)
  })

  test('without a verification gets one', async () => {
    const before = await approved(ground)
    await ground.owner.query({
      text: 'delete from wide.party_verifications where party_id = $1',
      values: [before.partyId],
    })
    const after = await approved(ground, before.data)
    expect(await verification(before.partyId)).toMatchObject({
      ...submitted(true),
      ...{ is_subject_active: true, inserted_by: after.user.id },
    })
  })

  test.each(['VERIFIED', 'NOT_VERIFIED'])('that was %s needs verification, with one event', async (status) => {
    const { partyId, user } = await again([BIRTH_CERTIFICATE], VERIFIED, status)
    expect(await statusOf(partyId)).toBe('VERIFICATION_NEEDED')
    expect(await rowOf(ground.owner, 'prm.parties', partyId)).toMatchObject({ updated_by: user.id })
    expect(await eventsOf(ground.owner, partyId)).toEqual([
      {
        ...{ event_type: 'StatusChangeEvent', entity_type: 'Party', changed_by: user.id },
        properties: { verification_status: { new_value: 'VERIFICATION_NEEDED' } },
      },
    ])
  })

  test('that already needed verification causes no event', async () => {
    const { partyId, data } = await approved(ground)
    await approved(ground, data)
    expect(await eventsOf(ground.owner, partyId)).toEqual([])
  })

  test('has its new candidates of DRACS death acts deactivated, and no others', async () => {
    const before = await approved(ground)
    const stranger = await approved(ground)
    const rows = [
      [before.partyId, 'dracs_death_act', 'NEW'],
      [before.partyId, 'dracs_death_act', 'CONFIRMED'],
      [before.partyId, 'another_act', 'NEW'],
      [stranger.partyId, 'dracs_death_act', 'NEW'],
    ] as const
    const ids = rows.map(() => randomUUID())
    for (const [n, [party, type, status]] of rows.entries()) {
      await ground.owner.query({
        text: `insert into prm.party_verification_candidates (id, party_id, entity_type, entity_id, status, updated_at)
               values ($1, $2, $3, gen_random_uuid(), $4, $5)`,
        values: [ids[n], party, type, status, SYNCED],
      })
    }
    await approved(ground, before.data)
    const after = await Promise.all(ids.map((id) => rowOf(ground.owner, 'prm.party_verification_candidates', id)))
    expect(after.map((row) => [row?.['status'], row?.['status_reason'], row?.['updated_at'] === SYNCED])).toEqual([
      ['DEACTIVATED', 'PARTY_UPDATED', false],
      ['CONFIRMED', null, true],
      ['NEW', null, true],
      ['NEW', null, true],
    ])
  })

  test.each(['mvs_passport', 'dms_passport'])(
    'loses our own claim on %s, whose answer is then dropped',
    async (stream) => {
      const before = await approved(ground)
      await approved(ground, before.data)
      const worker = await handWorker(ground.db, await startRun(ground.db, { process: `${stream}/party` }))
      const claimed = (await worker.claim(100)).filter(({ subjectId }) => subjectId === before.partyId)
      expect(claimed).toHaveLength(1)
      expect(await verification(before.partyId)).toMatchObject(state([stream], ['IN_REVIEW', 'AUTO']))
      await approved(ground, before.data)
      expect(await rowsOf(ground.owner, 'zvirka.claims', before.partyId, 'subject_id')).toEqual([])
      await worker.write(claimed.map((each) => answered(each, 1)))
      expect(await verification(before.partyId)).toMatchObject(submitted(true))
      expect(await statusOf(before.partyId)).toBe('VERIFICATION_NEEDED')
    },
  )
})
