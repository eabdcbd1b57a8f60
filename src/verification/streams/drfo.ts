/** Does the tax register have this number with this name and birth date (spec 8.5, 8.6)? */
import { hasWellFormedNumber, type IdentityDocument, isPassportType, newestFirst } from '../documents.ts'
import {
  DATA_ABSENT,
  type Decision,
  type Identity,
  type Names,
  type PreCheck,
  type Result,
  type StreamRules,
  type Subject,
  type Undecided,
  type Verdict,
} from '../rules.ts'
import type { SubjectKind } from '../status.ts'

/** The person asked about; all of it is personal. */
export interface DrfoQuestion {
  /** The tax id, or the document number used instead of one. */
  readonly rnokpp: string
  readonly names: Names
  /** A person so young that the register may not have them. */
  readonly isYoung: boolean
}

/** The register's result code and its text, `''` if there is none. */
export interface DrfoAnswer {
  readonly result: number
  readonly message: string
}

/** What is stored of an answer. Personal. */
export interface DrfoKept extends DrfoAnswer {
  readonly question: DrfoQuestion
}

/**
 * Settings of the rules: the meaning of codes other than 0, since the dictionary is not public, and the age below which nobody needs a tax
 * id.
 */
export interface DrfoTerms {
  readonly notVerified: ReadonlySet<number>
  readonly closed: ReadonlySet<number>
  readonly noSelfAuthAge: number
}

const AUTO_VERIFIED: Verdict = { status: 'VERIFIED', reason: 'AUTO' }
const AUTO_NOT_VERIFIED: Verdict = { status: 'NOT_VERIFIED', reason: 'AUTO' }

/** The rules of the stream `drfo` for a kind of subject. */
export function drfoRules(kind: SubjectKind): StreamRules<DrfoQuestion, DrfoAnswer, DrfoKept, DrfoTerms> {
  return {
    stream: 'drfo',
    // The pre-check settles subjects that need no check (spec 8.12).
    hasData: () => true,
    looksAt: 'both',
    asksIn: ['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NOT_NEEDED'],
    claimShows: 'in_review',
    shows: ['result', 'synced_at'],
    proposesCandidates: false,
    isStrictAtFirst: true,
    preCheck: ({ identity, documents }, today, { noSelfAuthAge }) => {
      if (identity === undefined) return settled(DATA_ABSENT)
      return kind === 'person'
        ? preCheckPerson(identity, documents, today, noSelfAuthAge)
        : preCheckParty(identity, today)
    },
    decide: (answer, question, _subject, terms) => decide(kind, answer, question, terms),
  }
}

function preCheckPerson(
  identity: Identity,
  documents: Subject['documents'],
  today: string,
  noSelfAuthAge: number,
): PreCheck<DrfoQuestion> {
  const isYoung = ageOn(today, identity.birth_date) <= noSelfAuthAge
  const taxId = identity.tax_id ?? ''
  if (taxId !== '') return preCheckNumber(identity, taxId, today, isYoung)
  if (isImpossibleBirth(identity.birth_date, today)) return notVerified('INVALID_BIRTH_DATE')
  if (isYoung) return settled(DATA_ABSENT)
  const document = documentToAskBy(documents, today)
  if (document === undefined) return notVerified('TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT')
  return { kind: 'ask', question: { rnokpp: document.number, names: namesOf(identity), isYoung } }
}

function preCheckParty(identity: Identity, today: string): PreCheck<DrfoQuestion> {
  const taxId = identity.tax_id ?? ''
  if (taxId !== '') return preCheckNumber(identity, taxId, today, false)
  if (isImpossibleBirth(identity.birth_date, today)) return notVerified('INVALID_BIRTH_DATE')
  return notVerified('TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT')
}

function preCheckNumber(identity: Identity, taxId: string, today: string, isYoung: boolean): PreCheck<DrfoQuestion> {
  if (!isWellFormed(taxId, identity.no_tax_id ?? false)) return notVerified('INVALID_RNOKPP_FORMAT')
  if (isImpossibleBirth(identity.birth_date, today)) return notVerified('INVALID_BIRTH_DATE')
  return { kind: 'ask', question: { rnokpp: taxId, names: namesOf(identity), isYoung } }
}

/** Ten digits; for a person who refused the number, the format of a passport number. We do not verify check digits. */
function isWellFormed(taxId: string, hasNoTaxId: boolean): boolean {
  return (hasNoTaxId ? /^([0-9]{9}|\p{L}{2}[0-9]{6})$/u : /^[0-9]{10}$/).test(taxId)
}

function isImpossibleBirth(birthDate: string, today: string): boolean {
  return birthDate > today || birthDate < '1900-01-01'
}

/** The newest unexpired document whose number the register accepts instead of a tax id. */
function documentToAskBy(documents: Subject['documents'], today: string): IdentityDocument | undefined {
  const [newest] = documents
    .filter(({ expiration_date }) => expiration_date === null || expiration_date >= today)
    .filter(({ type, number }) => isPassportType(type) && hasWellFormedNumber({ type, number }))
    .toSorted(newestFirst)
  return newest
}

/** Age in full years. `MM-DD` of two `YYYY-MM-DD` dates can be compared as text. */
function ageOn(today: string, birthDate: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

function namesOf({ last_name, first_name, second_name, birth_date }: Identity): Names {
  return { last_name, first_name, second_name, birth_date }
}

function settled(verdict: Verdict): PreCheck<DrfoQuestion> {
  return { kind: 'settled', verdict, isSynced: true }
}

function notVerified(reason: Verdict['reason']): PreCheck<DrfoQuestion> {
  return settled({ status: 'NOT_VERIFIED', reason })
}

function decide(
  kind: SubjectKind,
  { result, message }: DrfoAnswer,
  question: DrfoQuestion,
  terms: DrfoTerms,
): Decision<DrfoKept> | Undecided {
  const own = resultOf(kind, result, question.isYoung, terms)
  if (own === undefined) return { kind: 'technical_error', whose: 'subject', code: `result_${result}` }
  const decided = { kind: 'decided', step: result === 0 ? '4' : '5', ...own } as const
  if (!own.isLinked) return decided
  // The same person, found by the link to the stored row, gets the result for their own kind.
  const as = (of: SubjectKind): Result => resultOf(of, result, question.isYoung, terms) ?? own
  const reaches = {
    others: { by: 'link', ...question.names },
    as: { person: as('person'), party: as('party') },
  } as const
  return { ...decided, keeps: { question, result, message }, reaches }
}

/** The row of table 8.6 for a kind; undefined if the code is no verdict. */
function resultOf(
  kind: SubjectKind,
  code: number,
  isYoung: boolean,
  { notVerified, closed }: DrfoTerms,
): Result | undefined {
  if (code === 0) return { verdict: AUTO_VERIFIED, code, isLinked: true }
  if (closed.has(code)) return { verdict: AUTO_NOT_VERIFIED, code, isLinked: kind === 'party' }
  if (!notVerified.has(code)) return undefined
  return { verdict: kind === 'person' && isYoung ? AUTO_VERIFIED : AUTO_NOT_VERIFIED, code, isLinked: false }
}

/** The properties of `drfo` that do not depend on the kind. */
export const drfo = drfoRules('person')
