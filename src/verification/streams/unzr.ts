/** Does the UNZR belong to a person with this name and birth date (spec 1.4, 2.3, 2.4)? */
import { isWellFormedUnzr } from '../documents.ts'
import { DATA_ABSENT, INCORRECT_DATA, type PreCheck, type StreamRules, type Subject } from '../rules.ts'
import { decideYesOrNo, type FoundBy, type StatusAnswer } from './yes-or-no.ts'

/** The person asked about; all of it is personal. */
export interface UnzrQuestion {
  readonly unzr: string
  readonly familyName: string
  readonly givenName: string
  /** Omitted if the person has none. */
  readonly patronymicName?: string
  /** `YYYY-MM-DD` */
  readonly dateBirth: string
}

/**
 * The stream `unzr`: 1 (found) means that it belongs to this person. Several persons may have the same UNZR; each is checked separately
 * (spec 2.4).
 */
export const unzr: StreamRules<UnzrQuestion, StatusAnswer, FoundBy<UnzrQuestion>> = {
  stream: 'unzr',
  hasData: ({ unzr: given = null }) => given !== null && given !== '',
  looksAt: 'identity',
  asksIn: ['VERIFICATION_NEEDED', 'VERIFIED'],
  claimShows: 'in_review',
  shows: ['status', 'synced_at'],
  proposesCandidates: false,
  isStrictAtFirst: false,
  preCheck: preCheckUnzr,
  decide: decideYesOrNo({
    found: { status: 'VERIFIED', reason: 'AUTO' },
    notFound: { status: 'NOT_VERIFIED', reason: 'AUTO' },
  }),
}

/** No UNZR, or an empty one: not needed. Malformed: incorrect, and it is cleared. Otherwise: ask (spec 2.3.3). */
function preCheckUnzr({ identity }: Subject): PreCheck<UnzrQuestion> {
  if (identity === undefined || identity.unzr === null || identity.unzr === '')
    return { kind: 'settled', verdict: DATA_ABSENT }
  if (!isWellFormedUnzr(identity.unzr)) return { kind: 'settled', verdict: INCORRECT_DATA, clearsUnzr: identity.unzr }
  const { unzr, last_name, first_name, second_name, birth_date } = identity
  const patronymic = second_name === null || second_name === '' ? {} : { patronymicName: second_name }
  return {
    kind: 'ask',
    question: { unzr, familyName: last_name, givenName: first_name, ...patronymic, dateBirth: birth_date },
  }
}
