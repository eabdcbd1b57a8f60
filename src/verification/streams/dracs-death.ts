/** Which acts of death does the register of civil status (DRACS) have for this name and birth date (spec 8.5, 8.8)? */
import type { DeathAct } from '../death-act.ts'
import { DATA_ABSENT, type StreamRules } from '../rules.ts'

/** The person asked about; all of it is personal. */
export interface DracsDeathQuestion {
  readonly name: string
  /** The birth date, `YYYY-MM-DD`. */
  readonly onDate: string
  /** Omitted if the person has none. */
  readonly patronymic?: string
  readonly surname: string
}

/** The acts that the register returned; they may belong to another person. */
export interface DracsDeathAnswer {
  readonly acts: readonly DeathAct[]
}

/** The lowest scores of a candidate (`partial`) and of one that counts until a person decides (`full`). */
export interface DracsDeathTerms {
  readonly full: number
  readonly partial: number
}

/** What is stored of an answer, and how it is compared. Personal. */
export interface DracsDeathKept extends DracsDeathAnswer {
  readonly terms: DracsDeathTerms
}

/**
 * The stream `dracs_death`. A subject is asked about again only after a trigger; an impossible birth date is asked about as well. The
 * meaning of an answer depends on comparing its acts, and those already stored, with the subject; the process does this
 * (`death-acts/conclude.ts`). It never confirms a death: a person does.
 */
export const dracsDeath: StreamRules<DracsDeathQuestion, DracsDeathAnswer, DracsDeathKept, DracsDeathTerms> = {
  stream: 'dracs_death',
  hasData: () => true,
  looksAt: 'identity',
  asksIn: ['VERIFICATION_NEEDED'],
  claimShows: 'online_status',
  shows: ['verification_comment', 'online_status', 'act_id'],
  proposesCandidates: true,
  isStrictAtFirst: false,
  preCheck: ({ identity }) => {
    // Only if the subject no longer exists.
    if (identity === undefined) return { kind: 'settled', verdict: DATA_ABSENT, isSynced: true }
    const { first_name: name, birth_date: onDate, second_name, last_name: surname } = identity
    const patronymic = second_name === null || second_name === '' ? {} : { patronymic: second_name }
    return { kind: 'ask', question: { name, onDate, ...patronymic, surname } }
  },
  decide: ({ acts }, _question, _subject, terms) => ({
    kind: 'decided',
    step: '5',
    verdict: { status: 'VERIFIED', reason: 'AUTO_ONLINE' },
    code: null,
    isLinked: false,
    keeps: { acts, terms },
  }),
}
