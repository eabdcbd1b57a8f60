/**
 * A synchronization process: one stream of one kind of subject (spec 2). The five processes are values of one type; what is
 * special about a stream is in its rules (`verification/streams`), where a kind's rows lie is in `kinds.ts`.
 */
import type { PreCheck, StreamRules, Subject } from '../verification/rules.ts'
import type { OwnStream, SubjectKind } from '../verification/status.ts'
import { dmsPassport } from '../verification/streams/dms-passport.ts'
import type { PassportQuestion } from '../verification/streams/passport.ts'

/** The name of a process in the database and in `zvirka status`: stream and kind. */
export type ProcessKey = `${OwnStream}/${SubjectKind}`

/** One process. `Question` is what its registry is asked. */
export interface SyncProcess<Question = PassportQuestion> {
  readonly key: ProcessKey
  readonly stream: OwnStream
  readonly kind: SubjectKind
  readonly rules: StreamRules<Question>
  /** Table of `mimir` that keeps what the registry found (seed 003). */
  readonly dataTable: string
}

/** Persons' passports against the State Migration Service's invalid ones (seed 001). */
export const dmsPassportPerson: SyncProcess = {
  key: 'dms_passport/person',
  stream: 'dms_passport',
  kind: 'person',
  rules: dmsPassport,
  dataTable: 'mimir.dms_passport_data',
}

/** Every process that is there, by its key. */
export const PROCESSES: ReadonlyMap<ProcessKey, SyncProcess> = new Map([[dmsPassportPerson.key, dmsPassportPerson]])

/** A subject that was claimed, after its pre-check. */
export interface Claimed<Question = PassportQuestion> {
  readonly subjectId: string
  readonly token: string
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
