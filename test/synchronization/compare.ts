/** Everything that the engine may write, in the database and by the model. */
import { expect } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import { ownStreamsOf, YES_OR_NO_STREAMS } from './changes.ts'
import type { Model } from './model.ts'
import { isChecked, type ModelSubject, type Moment, mimirKey, streamOf, waitingTime } from './model-parts.ts'
import { USER } from './people.ts'
import { TABLES } from './table-names.ts'

interface RealSubject {
  readonly id: string
  readonly row: Readonly<Record<string, string | number | boolean | null>>
  readonly subject: Readonly<Record<string, string | boolean | null>>
}

interface RealClaim {
  readonly id: string
  readonly stream: OwnStream
  readonly token: string
  readonly status: string
  readonly reason: string
}

/** The keys of rows of `mimir`, by id. */
type Keys = ReadonlyMap<string, string>

/** Compares every subject, event, history entry and registry row. */
export async function compare(database: Executor, model: Model): Promise<void> {
  const keys = await compareMimir(database, model)
  const claims = await database.query<RealClaim>({
    text: `select subject_id as id, stream, token, status_before as status, reason_before as reason from zvirka.claims`,
  })
  for (const kind of ['person', 'party'] as const) {
    const real = await readSubjects(database, kind)
    const modelled = [...model.subjects.values()].filter((subject) => subject.kind === kind)
    expect(real.map(({ id }) => id).sort()).toEqual(modelled.map(({ id }) => id).sort())
    for (const subject of real) {
      const expected = model.get(subject.id)
      const held = claims.filter(({ id }) => id === subject.id)
      expect(asComparable(model, subject, expected, keys, held)).toEqual(asExpected(expected))
    }
  }
  await compareEvents(database, model)
  await compareHistory(database, model)
}

function readSubjects(database: Executor, kind: SubjectKind): Promise<RealSubject[]> {
  const { subjects, verifications, key } = TABLES[kind]
  return database.query<RealSubject>({
    text: `select v.${key} as id, to_jsonb(v) as row, to_jsonb(s) as subject
             from ${verifications} v join ${subjects} s on s.id = v.${key}`,
  })
}

/** A row in the terms of the model. Times within a model's moment become that moment; others stay as they are. */
function asComparable(
  model: Model,
  { row, subject }: RealSubject,
  of: ModelSubject,
  keys: Keys,
  claims: readonly RealClaim[],
) {
  return {
    streams: Object.fromEntries(
      ownStreamsOf(of.kind).map((stream) => [stream, streamAsComparable(model, row, of, stream, keys)]),
    ),
    others: [...of.others.keys()].map((stream) => row[`${stream}_verification_status`]),
    isActive: row['is_subject_active'],
    unzr: of.kind === 'person' ? subject['unzr'] : of.identity.unzr,
    updatedBy: [row['updated_by'], subject['updated_by']],
    cumulative: subject['verification_status'],
    claims: claims
      .map(({ stream, token, status, reason }) => ({ stream, token, status, reason }))
      .sort((a, b) => (a.stream < b.stream ? -1 : 1)),
  }
}

function streamAsComparable(model: Model, row: RealSubject['row'], of: ModelSubject, stream: OwnStream, keys: Keys) {
  const expected = streamOf(of, stream)
  const moment = (name: string, at: Moment | null, later = 0) => {
    const text = row[`${stream}_${name}`]
    if (typeof text !== 'string') return null
    return at !== null && model.clock.covers(at, Date.parse(text) - later) ? at : text
  }
  const dataId = row[`${stream}_data_id`]
  const key = typeof dataId === 'string' ? keys.get(`${stream} ${dataId}`) : null
  const { synced, unverified, triggered, failedAt, failures, data } = expected
  return {
    status: row[`${stream}_verification_status`],
    reason: row[`${stream}_verification_reason`],
    data: typeof key === 'string' && data?.includes(key) ? data : key,
    dataStatus: row[`${stream}_data_status`],
    synced: moment('synced_at', synced),
    unverified: moment('unverified_at', unverified),
    triggered: moment('triggered_at', triggered),
    failedAt: moment('waits_until', failedAt, waitingTime(failures)),
    failures: row[`${stream}_failures`],
  }
}

function asExpected(subject: ModelSubject) {
  return {
    streams: Object.fromEntries(ownStreamsOf(subject.kind).map((stream) => [stream, streamOf(subject, stream)])),
    others: [...subject.others.values()],
    isActive: isChecked(subject),
    unzr: subject.identity.unzr,
    updatedBy: [USER, USER],
    cumulative: subject.cumulative,
    claims: [...subject.claims.entries()]
      .map(([stream, claim]) => ({ stream, ...claim }))
      .sort((a, b) => (a.stream < b.stream ? -1 : 1)),
  }
}

async function compareMimir(database: Executor, model: Model): Promise<Keys> {
  const keys = new Map<string, string>()
  for (const stream of YES_OR_NO_STREAMS) {
    const real = new Map<string, object>()
    for (const { row } of await database.query<{ row: Record<string, string | number | null> }>({
      text: `select to_jsonb(d) as row from mimir.${stream}_data d`,
    })) {
      const { id, inserted_at, updated_at, unzr, pass_type, pas_serial, pas_number, pas_status, status, ...rest } = row
      expect(stream === 'unzr' ? status : [pass_type, pas_status]).toEqual(stream === 'unzr' ? 1 : ['0101', 1])
      const key = stream === 'unzr' ? String(unzr) : mimirKey(pas_serial as string | null, String(pas_number))
      real.set(key, rest)
      keys.set(`${stream} ${id}`, key)
    }
    expect(real).toEqual(model.mimir[stream])
  }
  return keys
}

// One event for each change, in the order of each subject's changes.
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

interface RealChange {
  readonly id: string
  readonly kind: SubjectKind
  readonly stream: string
  readonly status: string
  readonly reason: string
  readonly step: string
  readonly message: string | null
}

// The entries of each subject and stream, in the order of writing.
async function compareHistory(database: Executor, model: Model): Promise<void> {
  const real = await database.query<RealChange>({
    text: `select subject_id as id, subject_kind as kind, stream, status, reason, step, message_id as message
             from zvirka.verification_history h order by h.id`,
  })
  const seen = Map.groupBy(real, ({ id, kind, stream }) => `${kind} ${id} ${stream}`)
  const expected = Map.groupBy(model.history, ({ id, stream }) => `${model.get(id).kind} ${id} ${stream}`)
  expect([...seen.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [key, changes] of expected) {
    const named = (seen.get(key) ?? []).map(({ id, stream, status, reason, step, message }, n) => {
      const messageIds = changes[n]?.messageIds ?? []
      const isNamed = message === null ? messageIds.length === 0 : messageIds.includes(message)
      return { id, stream, status, reason, step, messageIds: isNamed ? messageIds : [message] }
    })
    expect(named).toEqual(changes)
  }
}
