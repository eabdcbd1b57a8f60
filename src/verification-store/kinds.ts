/** Where the rows of each kind of subject lie. Identifiers in SQL come from here and from closed dictionaries only. */
import type { SubjectKind } from '../verification/status.ts'

/** The tables and columns of one kind of subject. */
export interface KindOfSubject {
  readonly kind: SubjectKind
  readonly subjects: string
  readonly documents: string
  readonly verifications: string
  /** The column of the verifications and the documents that names the subject. */
  readonly subjectId: string
  /** The SQL function that computes the cumulative status of a verification row (spec 1.5). */
  readonly cumulativeStatus: string
  /** `entity_type` of events about the subject (spec 6.5). */
  readonly entityType: string
  /** Which subjects of this kind an answer about somebody else's document reaches (spec 1.7); `s` is the subject's row. */
  readonly isReached: string
  /** Which subjects take a new cumulative status: a person's NOT_VERIFIED is set by hand and stays (spec 1.5). */
  readonly takesCumulativeStatus: string
}

export const KINDS: Readonly<Record<SubjectKind, KindOfSubject>> = {
  person: {
    kind: 'person',
    subjects: 'mpi.persons',
    documents: 'mpi.person_documents',
    verifications: 'mpi.person_verifications',
    subjectId: 'person_id',
    cumulativeStatus: 'mpi.person_cumulative_status',
    entityType: 'Person',
    isReached: `s.status = 'active' and s.is_active`,
    takesCumulativeStatus: `s.verification_status <> 'NOT_VERIFIED'`,
  },
  party: {
    kind: 'party',
    subjects: 'prm.parties',
    documents: 'prm.party_documents',
    verifications: 'prm.party_verifications',
    subjectId: 'party_id',
    cumulativeStatus: 'prm.party_cumulative_status',
    entityType: 'Party',
    isReached: 'true',
    takesCumulativeStatus: 'true',
  },
}

/** The other kind: whom step 4.2 touches when a subject of `kind` was asked about. */
export function otherKind(kind: SubjectKind): SubjectKind {
  return kind === 'person' ? 'party' : 'person'
}

/** A document's number as holders are compared: without regard to case, by Ukrainian letters too (spec 1.3, 1.7). */
export function folded(expression: string): string {
  return `(lower(${expression} collate "und-x-icu") collate "C")`
}

/** What is typed for an apostrophe, besides U+0027: U+2019, U+02BC, U+2018, U+0060, U+00B4. */
const APOSTROPHES = '\u2019\u02bc\u2018\u0060\u00b4'

/** A name as it is searched: without regard to case, and to which apostrophe it was typed with. Indexes are of this very expression. */
export function foldedName(expression: string): string {
  const plain = "''".repeat(APOSTROPHES.length)
  return `(translate(lower(${expression} collate "und-x-icu"), '${APOSTROPHES}', '${plain}') collate "C")`
}
