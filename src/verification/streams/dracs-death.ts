/** Which acts of death does the register of civil status (DRACS) have for this name and birth date (spec 8.5, 8.8). */
import type { DeathAct } from '../death-act.ts'
import { DATA_ABSENT, type StreamRules } from '../rules.ts'

/** Who is asked about; all of it is personal. */
export interface DracsDeathQuestion {
  readonly name: string
  /** The birth date, `YYYY-MM-DD`. */
  readonly onDate: string
  /** Left out where there is none. */
  readonly patronymic?: string
  readonly surname: string
}

/** The acts that the register has, which may be somebody else's. */
export interface DracsDeathAnswer {
  readonly acts: readonly DeathAct[]
}

/** From which scores on an act is a candidate, and one that counts until a person decides. */
export interface DracsDeathTerms {
  readonly full: number
  readonly partial: number
}

/** What is kept of an answer, and how it is compared. Personal. */
export interface DracsDeathKept extends DracsDeathAnswer {
  readonly terms: DracsDeathTerms
}

/**
 * The stream `dracs_death`. Who was asked about is asked about again only once something triggers it; an impossible birth date is asked all
 * the same. What an answer means is found by comparing the acts with the subject, which needs those that are kept already: the process
 * concludes it (`death-acts/conclude.ts`). It says that nobody is dead: a person does.
 */
export const dracsDeath: StreamRules<DracsDeathQuestion, DracsDeathAnswer, DracsDeathKept, DracsDeathTerms> = {
  stream: 'dracs_death',
  hasData: () => true,
  looksAt: 'identity',
  asksIn: ['VERIFICATION_NEEDED'],
  claimShows: 'online_status',
  isStrictAtFirst: false,
  preCheck: ({ identity }) => {
    // Only of a subject that is gone.
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
