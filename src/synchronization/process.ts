/**
 * A synchronization process: one stream of one kind of subject (spec 2). The five processes are values of one type; what is
 * special about a stream is in its rules (`verification/streams`), where a kind's rows lie is in `kinds.ts`.
 */
import type { Query } from '../database/query.ts'
import type { PreCheck, StreamRules, Subject } from '../verification/rules.ts'
import type { OwnStream, OwnStreamOf, SubjectKind } from '../verification/status.ts'
import type { PassportQuestion } from '../verification/streams/passport.ts'
import { STREAMS } from '../verification/streams/streams.ts'
import type { OfClaim } from './outcome.ts'
import { type FoundBy, keepPassports, keepUnzr } from './plans/keep.ts'

/** The name of a process in the database and in `zvirka status`: stream and kind. */
export type ProcessKey = { [Kind in SubjectKind]: `${OwnStreamOf<Kind>}/${Kind}` }[SubjectKind]

/**
 * One process. Its questions pass through the engine unseen: only its own rules make them, and only its own registry, `keep` and
 * `documentOf` look into them. So the engine knows them as `unknown`.
 */
export interface SyncProcess<Question = unknown> {
  readonly key: ProcessKey
  readonly stream: OwnStream
  readonly kind: SubjectKind
  readonly rules: StreamRules<Question>
  /** Keeps in `mimir` what the registry found (seed 001 step 3): answers with a row's `id` for each, in their order. */
  keep(found: readonly FoundBy<Question>[]): Query
}

function define<Question>(
  key: ProcessKey,
  kind: SubjectKind,
  rules: StreamRules<Question>,
  keep: (found: readonly FoundBy<Question>[]) => Query,
): SyncProcess<Question> {
  return { key, stream: rules.stream, kind, rules, keep }
}

const keepMvs = (found: readonly FoundBy<PassportQuestion>[]) => keepPassports('mimir.mvs_passport_data', found)
const keepDms = (found: readonly FoundBy<PassportQuestion>[]) => keepPassports('mimir.dms_passport_data', found)

/** Persons' UNZR against the register of the Ministry of Internal Affairs (seed 002). */
export const unzrPerson = define('unzr/person', 'person', STREAMS.unzr, keepUnzr)
/** Persons' passports against the stolen and lost ones of the Ministry of Internal Affairs (seed 001). */
export const mvsPassportPerson = define('mvs_passport/person', 'person', STREAMS.mvs_passport, keepMvs)
/** Persons' passports against the invalid ones of the State Migration Service (seed 001). */
export const dmsPassportPerson = define('dms_passport/person', 'person', STREAMS.dms_passport, keepDms)
/** Parties' passports against the stolen and lost ones of the Ministry of Internal Affairs (seed 001). */
export const mvsPassportParty = define('mvs_passport/party', 'party', STREAMS.mvs_passport, keepMvs)
/** Parties' passports against the invalid ones of the State Migration Service (seed 001). */
export const dmsPassportParty = define('dms_passport/party', 'party', STREAMS.dms_passport, keepDms)

// By their keys, so that one that is missing fails to compile.
const BY_KEY: Readonly<Record<ProcessKey, SyncProcess>> = {
  'unzr/person': unzrPerson,
  'mvs_passport/person': mvsPassportPerson,
  'dms_passport/person': dmsPassportPerson,
  'mvs_passport/party': mvsPassportParty,
  'dms_passport/party': dmsPassportParty,
}

/** Every process that is there, by its key. */
export const PROCESSES: ReadonlyMap<ProcessKey, SyncProcess> = new Map(
  Object.values(BY_KEY).map((process) => [process.key, process] as const),
)

/** A subject that was claimed, after its pre-check. */
export interface Claimed<Question = unknown> extends OfClaim {
  readonly preCheck: PreCheck<Question>
}

/** A process by its key; a key from the database that this version does not know is undefined. */
export function findProcess(key: string): SyncProcess | undefined {
  return PROCESSES.get(key as ProcessKey)
}

/** The pre-check of a claimed subject (seed 001 step 1.1). */
export function preCheck<Question>(
  process: SyncProcess<Question>,
  subject: Subject,
  today: string,
): PreCheck<Question> {
  return process.rules.preCheck(subject, today)
}
