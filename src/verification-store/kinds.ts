/** The tables of each kind of subject. SQL identifiers come only from here and from closed dictionaries. */
import type { ShownData } from '../verification/rules.ts'
import { OWN_STREAMS, type OwnStream, STREAMS_OF, type Stream, type SubjectKind } from '../verification/status.ts'
import { rulesOf } from '../verification/streams/streams.ts'

/** The tables and columns of one kind of subject. */
export interface KindOfSubject {
  readonly kind: SubjectKind
  readonly subjects: string
  readonly documents: string
  /** The rows that are counted and locked: streams of other processes, and the status of each of ours (migration 0002). */
  readonly summaries: string
  /** The platform's view of the whole verification, IN_REVIEW included (spec 1.3); it is read, not written. */
  readonly verifications: string
  /** Records of other registers that may belong to the subject (migration 0110). */
  readonly candidates: string
  /** The column of the summaries, the view, the documents and the candidates with the subject's id. */
  readonly subjectId: string
  /** The SQL function that computes the cumulative status of a summary (spec 1.5). */
  readonly cumulativeStatus: string
  /** `entity_type` of events about the subject (spec 6.5). */
  readonly entityType: string
  /** The subjects of this kind that an answer about somebody else's document applies to (spec 1.7); `s` is the subject's row. */
  readonly isReached: string
  /** Subjects whose cumulative status may change: a person's NOT_VERIFIED is manual and stays (spec 1.5). */
  readonly takesCumulativeStatus: string
}

export const KINDS: Readonly<Record<SubjectKind, KindOfSubject>> = {
  person: {
    kind: 'person',
    subjects: 'mpi.persons',
    documents: 'mpi.person_documents',
    summaries: 'mpi.person_verification_summaries',
    verifications: 'mpi.person_verifications',
    candidates: 'mpi.person_verification_candidates',
    subjectId: 'person_id',
    cumulativeStatus: 'mpi.person_cumulative_status',
    entityType: 'Person',
    isReached: isActivePerson('s'),
    takesCumulativeStatus: `s.verification_status <> 'NOT_VERIFIED'`,
  },
  party: {
    kind: 'party',
    subjects: 'prm.parties',
    documents: 'prm.party_documents',
    summaries: 'prm.party_verification_summaries',
    verifications: 'prm.party_verifications',
    candidates: 'prm.party_verification_candidates',
    subjectId: 'party_id',
    cumulativeStatus: 'prm.party_cumulative_status',
    entityType: 'Party',
    isReached: 'true',
    takesCumulativeStatus: 'true',
  },
}

/** The table of a stream's checks for a kind (migration 0009). */
export function checksOf(kind: SubjectKind, stream: OwnStream): string {
  return `${kind === 'person' ? 'mpi' : 'prm'}.${kind}_${stream}_checks`
}

/** The streams of a kind that this service checks itself. */
export function ownStreamsOf(kind: SubjectKind): OwnStream[] {
  return OWN_STREAMS.filter((stream) => (STREAMS_OF[kind] as readonly Stream[]).includes(stream))
}

/** Whether a process of this service checks the stream. */
export function isOwnStream(stream: Stream): stream is OwnStream {
  return (OWN_STREAMS as readonly Stream[]).includes(stream)
}

/** Whether the API shows these data of a stream; of one that other processes check it shows the comment. */
export function isShown(stream: Stream, data: ShownData): boolean {
  return isOwnStream(stream) ? rulesOf(stream).shows.includes(data) : data === 'verification_comment'
}

/** The claimed subjects and versions of a stream, to compare as a pair: `(subject_id, version) in ${…}`. Hashed once per statement. */
function heldPairs(kind: SubjectKind, stream: OwnStream): string {
  return `(select b.subject_id, b.version from zvirka.claimed_subjects b
             where b.subject_kind = '${kind}' and b.stream = '${stream}')`
}

/** Whether a worker has claimed the check `row`: a batch contains it with the current version of the check (migration 0006). */
export function isHeld(kind: SubjectKind, stream: OwnStream, row: string): string {
  return `((${row}.subject_id, ${row}.version) in ${heldPairs(kind, stream)})`
}

/** Whether a person `row` is checked at all (spec 2.2.1). */
export function isActivePerson(row: string): string {
  return `${row}.status = 'active' and ${row}.is_active`
}

/** Whether a claim of the stream shows as IN_REVIEW. */
export function showsInReview(stream: OwnStream): boolean {
  return rulesOf(stream).claimShows === 'in_review'
}

/** The status of a stream, including IN_REVIEW, by its check `row`. */
export function statusOf(kind: SubjectKind, stream: OwnStream, row: string): string {
  if (!showsInReview(stream)) return `${row}.status`
  return `(case when ${isHeld(kind, stream, row)} then 'IN_REVIEW' else ${row}.status end)`
}

/** The other kind: step 4.2 writes it when a subject of `kind` was asked about. */
export function otherKind(kind: SubjectKind): SubjectKind {
  return kind === 'person' ? 'party' : 'person'
}

/** A document number normalised for comparing holders: case-insensitive, including Ukrainian letters (spec 1.3, 1.7). */
export function folded(expression: string): string {
  return `(lower(${expression} collate "und-x-icu") collate "C")`
}

/** Characters typed as an apostrophe besides U+0027: U+2019, U+02BC, U+2018, U+0060, U+00B4. */
const APOSTROPHES = '\u2019\u02bc\u2018\u0060\u00b4'

/** A name normalised for searching: ignores case and the kind of apostrophe. Indexes use exactly this expression. */
export function foldedName(expression: string): string {
  const plain = "''".repeat(APOSTROPHES.length)
  return `(translate(lower(${expression} collate "und-x-icu"), '${APOSTROPHES}', '${plain}') collate "C")`
}
