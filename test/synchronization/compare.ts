/** Everything that the engine may write, as the database has it and as the model says it should be. */
import { expect } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { TABLES } from './changes.ts'
import type { Model } from './model.ts'
import { type ModelSubject, type Moment, mimirKey, waitingTime } from './model-parts.ts'
import { USER } from './people.ts'

interface RealSubject {
  readonly id: string
  readonly row: Readonly<Record<string, string | number | boolean | null>>
  readonly cumulative: string
  readonly token: string | null
  readonly status_before: string | null
  readonly reason_before: string | null
  readonly data_key: string | null
}

/** Compares every subject, event, history entry and registry row. */
export async function compare(database: Executor, model: Model): Promise<void> {
  for (const kind of ['person', 'party'] as const) {
    const real = await readSubjects(database, kind)
    const modelled = [...model.subjects.values()].filter((subject) => subject.kind === kind)
    expect(real.map(({ id }) => id).sort()).toEqual(modelled.map(({ id }) => id).sort())
    for (const subject of real) {
      const expected = model.get(subject.id)
      expect(asComparable(model, subject, expected)).toEqual(asExpected(expected))
    }
  }
  await compareEvents(database, model)
  await compareHistory(database, model)
  const mimir = await database.query<{ serial: string | null; number: string }>({
    text: `select pas_serial as serial, pas_number as number from mimir.dms_passport_data
            where pass_type = '0101' and pas_status = 1`,
  })
  expect(mimir.map(({ serial, number }) => mimirKey(serial, number)).sort()).toEqual([...model.mimir].sort())
}

function readSubjects(database: Executor, kind: SubjectKind): Promise<RealSubject[]> {
  const { subjects, verifications, key } = TABLES[kind]
  return database.query<RealSubject>({
    text: `select v.${key} as id, to_jsonb(v) as row, s.verification_status as cumulative,
                  c.token, c.status_before, c.reason_before,
                  coalesce(d.pas_serial, '-') || ' ' || d.pas_number as data_key
             from ${verifications} v join ${subjects} s on s.id = v.${key}
             left join zvirka.claims c on c.subject_id = v.${key} and c.subject_kind = '${kind}' and c.stream = 'dms_passport'
             left join mimir.dms_passport_data d on d.id = v.dms_passport_data_id`,
  })
}

/** A row in the words of the model. Times become the model's moment where they lie in it, and stay what they are otherwise. */
function asComparable(
  model: Model,
  { row, cumulative, token, status_before, reason_before, data_key }: RealSubject,
  of: ModelSubject,
) {
  const { dms } = of
  const moment = (name: string, expected: Moment | null, later = 0) => {
    const text = row[`dms_passport_${name}`]
    if (typeof text !== 'string') return null
    return expected !== null && model.clock.covers(expected, Date.parse(text) - later) ? expected : text
  }
  return {
    status: row['dms_passport_verification_status'],
    reason: row['dms_passport_verification_reason'],
    data: data_key !== null && (dms.data?.includes(data_key) ?? false) ? dms.data : data_key,
    isDataIdSet: row['dms_passport_data_id'] !== null,
    dataStatus: row['dms_passport_data_status'],
    synced: moment('synced_at', dms.synced),
    unverified: moment('unverified_at', dms.unverified),
    triggered: moment('triggered_at', dms.triggered),
    waits: moment('waits_until', dms.failedAt, waitingTime(dms.failures)),
    failures: row['dms_passport_failures'],
    others: otherStreams(of.kind).map((stream) => row[`${stream}_verification_status`]),
    isActive: of.kind === 'party' || row['is_subject_active'],
    updatedBy: row['updated_by'],
    cumulative,
    claim: token === null ? null : { token, status: status_before, reason: reason_before },
  }
}

function asExpected({ kind, dms, others, isActive, cumulative, claim }: ModelSubject) {
  const { status, reason, data, dataStatus, synced, unverified, triggered, failedAt, failures } = dms
  return {
    status,
    reason,
    data,
    isDataIdSet: data !== null,
    dataStatus,
    synced,
    unverified,
    triggered,
    waits: failedAt,
    failures,
    others: otherStreams(kind).map((stream) => others.get(stream)),
    isActive: kind === 'party' || isActive,
    updatedBy: USER,
    cumulative,
    claim,
  }
}

function otherStreams(kind: SubjectKind): string[] {
  return STREAMS_OF[kind].filter((stream) => stream !== 'dms_passport')
}

// One event for each change, in the order of the changes of each subject.
async function compareEvents(database: Executor, model: Model): Promise<void> {
  const events = await database.query<{ id: string; entity: string; properties: unknown; type: string; by: string }>({
    text: `select entity_id as id, entity_type as entity, properties, event_type as type, changed_by as by
             from event_manager.events order by event_time`,
  })
  const inOrder = <T extends { id: string }>(all: readonly T[]) =>
    [...all].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const expected = model.events.map(({ id, status }) => ({
    id,
    entity: TABLES[model.get(id).kind].entity,
    properties: { verification_status: { new_value: status } },
    type: 'StatusChangeEvent',
    by: USER,
  }))
  expect(inOrder(events)).toEqual(inOrder(expected))
}

async function compareHistory(database: Executor, model: Model): Promise<void> {
  const real = await database.query<
    Record<'id' | 'stream' | 'status' | 'reason' | 'step', string> & { message: string | null }
  >({
    text: `select subject_id as id, stream, status, reason, step, message_id as message
             from zvirka.verification_history h order by h.id`,
  })
  const bySubject = (all: readonly { id: string }[], id: string) => all.filter((entry) => entry.id === id)
  for (const id of model.subjects.keys()) {
    const expected = model.history.filter((entry) => entry.id === id)
    const seen = real
      .filter((entry) => entry.id === id)
      .map(({ message, ...entry }, n) => {
        const messageIds = expected[n]?.messageIds ?? []
        const isNamed = message === null ? messageIds.length === 0 : messageIds.includes(message)
        return { ...entry, messageIds: isNamed ? messageIds : [message] }
      })
    expect(seen).toEqual(bySubject(expected, id))
  }
}
