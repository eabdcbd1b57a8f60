/**
 * A synchronization process: one stream of one kind of subject (spec 2). Processes are values of one type; what is
 * special about a stream is in its rules (`verification/streams`), where a kind's rows lie is in `kinds.ts`.
 */
import type { Executor, Query } from '../database/query.ts'
import { keepActs } from '../death-acts/acts.ts'
import { concludeDeaths } from '../death-acts/conclude.ts'
import type { StreamRules, Verdict } from '../verification/rules.ts'
import type { OwnStream, OwnStreamOf, SubjectKind } from '../verification/status.ts'
import type {
  DracsDeathAnswer,
  DracsDeathKept,
  DracsDeathQuestion,
  DracsDeathTerms,
} from '../verification/streams/dracs-death.ts'
import { drfoRules } from '../verification/streams/drfo.ts'
import type { PassportQuestion } from '../verification/streams/passport.ts'
import { STREAMS } from '../verification/streams/streams.ts'
import type { FoundBy } from '../verification/streams/yes-or-no.ts'
import type { Answered } from './outcome.ts'
import { keepDrfo, keepPassports, keepUnzr } from './plans/keep.ts'

/** The name of a process in the database and in `zvirka status`: stream and kind. */
export type ProcessKey = { [Kind in SubjectKind]: `${OwnStreamOf<Kind>}/${Kind}` }[SubjectKind]

/** What a decision comes to where the database has a say in it. */
export interface Conclusion {
  readonly verdict: Verdict
  readonly step: '4' | '5'
  /** The row that the stream links to, null for none; left out: the one that was kept, if the decision links to it. */
  readonly dataId?: string | null
}

/**
 * One process. Its questions, answers and rows pass through the engine unseen: only its own rules make them, and only its own registry and
 * `keep` look into them. So the engine knows them as `unknown`.
 */
export interface SyncProcess<Question = unknown, Answer = unknown, Kept = unknown, Terms = unknown> {
  readonly key: ProcessKey
  readonly stream: OwnStream
  readonly kind: SubjectKind
  readonly rules: StreamRules<Question, Answer, Kept, Terms>
  /**
   * Keeps in `mimir` what decisions say (spec 2.5.1), in the order of its keys: answers with a row's `id` for each, in their order; null
   * where there is no one row to link to.
   */
  keep(tx: Executor, kept: readonly Kept[], userId: string): Promise<readonly KeptRow[]>
  /**
   * Where a decision needs what the database holds: what becomes of these answers, in their order. Their claims still hold and the
   * summaries are locked; what it writes belongs to the same transaction.
   */
  conclude?(tx: Executor, answered: readonly Answered<Kept>[], by: ConcludedBy): Promise<readonly Conclusion[]>
}

/** What was kept of an answer: the row of `mimir` to link to, if there is one, and its other rows. */
export interface KeptRow {
  readonly id: string | null
  readonly others?: readonly string[]
}

/** In whose name a conclusion is drawn. */
export interface ConcludedBy {
  readonly runId: string
  readonly userId: string
}

type Parts<Question, Answer, Kept, Terms> = Omit<SyncProcess<Question, Answer, Kept, Terms>, 'stream'>

function define<Question, Answer, Kept, Terms>(parts: Parts<Question, Answer, Kept, Terms>): SyncProcess {
  return { ...parts, stream: parts.rules.stream }
}

/** Keeping by one statement. */
export function keptBy<Kept>(
  statement: (kept: readonly Kept[], userId: string) => Query,
): SyncProcess<unknown, unknown, Kept>['keep'] {
  return (tx, kept, userId) => tx.query<KeptRow>(statement(kept, userId))
}

const keepMvs = keptBy((found: readonly FoundBy<PassportQuestion>[]) => keepPassports('mimir.mvs_passport_data', found))
const keepDms = keptBy((found: readonly FoundBy<PassportQuestion>[]) => keepPassports('mimir.dms_passport_data', found))
const { unzr, mvs_passport: mvs, dms_passport: dms } = STREAMS

/** Persons' UNZR against the register of the Ministry of Internal Affairs. */
export const unzrPerson = define({ key: 'unzr/person', kind: 'person', rules: unzr, keep: keptBy(keepUnzr) })
/** Persons' passports against the stolen and lost ones of the Ministry of Internal Affairs. */
export const mvsPassportPerson = define({ key: 'mvs_passport/person', kind: 'person', rules: mvs, keep: keepMvs })
/** Persons' passports against the invalid ones of the State Migration Service. */
export const dmsPassportPerson = define({ key: 'dms_passport/person', kind: 'person', rules: dms, keep: keepDms })
/** Parties' passports against the stolen and lost ones of the Ministry of Internal Affairs. */
export const mvsPassportParty = define({ key: 'mvs_passport/party', kind: 'party', rules: mvs, keep: keepMvs })
/** Parties' passports against the invalid ones of the State Migration Service. */
export const dmsPassportParty = define({ key: 'dms_passport/party', kind: 'party', rules: dms, keep: keepDms })
/** Persons' tax ids against the register of the State Tax Service (spec 8.5, 8.6). */
export const drfoPerson = define({
  key: 'drfo/person',
  kind: 'person',
  rules: drfoRules('person'),
  keep: keptBy(keepDrfo),
})
/** Parties' tax ids against the register of the State Tax Service (spec 8.5, 8.6). */
export const drfoParty = define({ key: 'drfo/party', kind: 'party', rules: drfoRules('party'), keep: keptBy(keepDrfo) })
/** Deaths of persons, in the register of civil status (spec 8.8). */
export const dracsDeathPerson = define({ key: 'dracs_death/person', kind: 'person', ...deaths('person') })
/** Deaths of parties, in the register of civil status (spec 8.8). */
export const dracsDeathParty = define({ key: 'dracs_death/party', kind: 'party', ...deaths('party') })

function deaths(
  kind: SubjectKind,
): Pick<Parts<DracsDeathQuestion, DracsDeathAnswer, DracsDeathKept, DracsDeathTerms>, 'rules' | 'keep' | 'conclude'> {
  return {
    rules: STREAMS.dracs_death,
    async keep(tx, kept) {
      const ids = await keepActs(
        tx,
        kept.flatMap(({ acts }) => acts),
      )
      return kept.map(({ acts }) => ({ id: null, others: acts.flatMap(({ key }) => ids.get(key) ?? []) }))
    },
    conclude: (tx, answered, { runId }) =>
      concludeDeaths(
        tx,
        kind,
        answered.map(({ subjectId, decision: { keeps } }) => ({ subjectId, kept: keeps })),
        runId,
      ),
  }
}

// By their keys, so that one that is missing fails to compile.
const BY_KEY: Readonly<Record<ProcessKey, SyncProcess>> = {
  'unzr/person': unzrPerson,
  'mvs_passport/person': mvsPassportPerson,
  'dms_passport/person': dmsPassportPerson,
  'mvs_passport/party': mvsPassportParty,
  'dms_passport/party': dmsPassportParty,
  'drfo/person': drfoPerson,
  'drfo/party': drfoParty,
  'dracs_death/person': dracsDeathPerson,
  'dracs_death/party': dracsDeathParty,
}

/** Every process that is there, by its key. */
export const PROCESSES: ReadonlyMap<ProcessKey, SyncProcess> = new Map(
  Object.values(BY_KEY).map((process) => [process.key, process] as const),
)

/** A process by its key; a key from the database that this version does not know is undefined. */
export function findProcess(key: string): SyncProcess | undefined {
  return PROCESSES.get(key as ProcessKey)
}
