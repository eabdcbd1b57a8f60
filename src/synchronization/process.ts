/**
 * A synchronization process: one stream of one kind of subject (spec 2). What is specific to a stream is in its registration (`streams`),
 * the tables of a kind are in `kinds.ts`.
 */
import type { Registration } from '../streams/registration.ts'
import { REGISTRATIONS } from '../streams/registry.ts'
import type { StreamRules } from '../verification/rules.ts'
import { type OwnStream, type OwnStreamOf, SUBJECT_KINDS, type SubjectKind } from '../verification/status.ts'
import { ownStreamsOf } from '../verification-store/kinds.ts'

/** The name of a process in the database and in `zvirka status`: stream and kind. */
export type ProcessKey = { [Kind in SubjectKind]: `${OwnStreamOf<Kind>}/${Kind}` }[SubjectKind]

/**
 * One process. Its questions, answers and rows have the type `unknown` in the engine: only the process's rules create them, and only its
 * registry and `keep` read them.
 */
export interface SyncProcess extends Omit<Registration, 'rules'> {
  readonly key: ProcessKey
  readonly stream: OwnStream
  readonly kind: SubjectKind
  readonly rules: StreamRules<unknown, unknown, unknown, unknown>
}

/** Every process by its key. */
export const PROCESSES: ReadonlyMap<ProcessKey, SyncProcess> = new Map(
  SUBJECT_KINDS.flatMap((kind) => ownStreamsOf(kind).map((stream) => processOf(stream, kind))).map((each) => [
    each.key,
    each,
  ]),
)

function processOf(stream: OwnStream, kind: SubjectKind): SyncProcess {
  const registration = REGISTRATIONS[stream]
  return { ...registration, key: `${stream}/${kind}` as ProcessKey, stream, kind, rules: registration.rules(kind) }
}

/** A process by its key; undefined for a key in the database that this version does not know. */
export function findProcess(key: string): SyncProcess | undefined {
  return PROCESSES.get(key as ProcessKey)
}

/** A process that must exist. */
export function getProcess(key: ProcessKey): SyncProcess {
  const process = findProcess(key)
  if (process === undefined) throw new Error(`there is no process ${key}`)
  return process
}
