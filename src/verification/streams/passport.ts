/** What both passport streams share: the pre-check and the question (spec 2.3, 2.4). */
import {
  chooseDocument,
  hasWellFormedNumber,
  isPassportType,
  type PassportDocument,
  type PassportType,
} from '../documents.ts'
import { DATA_ABSENT, INCORRECT_DATA, type PreCheck, type StreamRules, type Subject, type Verdict } from '../rules.ts'
import type { OwnStream } from '../status.ts'
import { decideYesOrNo, type FoundBy, type StatusAnswer } from './yes-or-no.ts'

/** The question about a passport, with the document that it came from. All of it is personal. */
export interface PassportQuestion {
  readonly passType: '0101'
  readonly pasSerial?: string
  readonly pasNumber: string
  readonly document: { readonly type: PassportType; readonly number: string }
}

/** The rules of a passport stream; the two differ only in their verdicts. */
export function passportRules(
  stream: OwnStream,
  verdicts: { readonly found: Verdict; readonly notFound: Verdict },
): StreamRules<PassportQuestion, StatusAnswer, FoundBy<PassportQuestion>> {
  return {
    stream,
    hasData: ({ documents }) => documents.some(({ type }) => isPassportType(type)),
    looksAt: 'documents',
    asksIn: ['VERIFICATION_NEEDED', 'VERIFIED'],
    claimShows: 'in_review',
    shows: ['status', 'synced_at'],
    proposesCandidates: false,
    isStrictAtFirst: false,
    preCheck: preCheckPassport,
    decide: decideYesOrNo({ ...verdicts, othersOf: ({ document }) => ({ by: 'document', ...document }) }),
  }
}

/** No PASSPORT or NATIONAL_ID: not needed. The chosen one has a malformed number: incorrect. Otherwise: ask (spec 2.3). */
function preCheckPassport(subject: Subject, today: string): PreCheck<PassportQuestion> {
  const document = chooseDocument(subject.documents, today)
  if (document === undefined) return { kind: 'settled', verdict: DATA_ABSENT }
  if (!hasWellFormedNumber(document)) return { kind: 'settled', verdict: INCORRECT_DATA }
  return { kind: 'ask', question: passportQuestion(document) }
}

/**
 * A PASSPORT's number is split into two letters and six digits; a NATIONAL_ID is sent whole, without a serial (spec 1.7, 2.4.1). Each
 * letter is one UTF-16 unit.
 */
export function passportQuestion(document: Pick<PassportDocument, 'type' | 'number'>): PassportQuestion {
  const asked = { passType: '0101', document: { type: document.type, number: document.number } } as const
  switch (document.type) {
    case 'PASSPORT':
      return { ...asked, pasSerial: document.number.slice(0, 2), pasNumber: document.number.slice(-6) }
    case 'NATIONAL_ID':
      return { ...asked, pasNumber: document.number }
  }
}
