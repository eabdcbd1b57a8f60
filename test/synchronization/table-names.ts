import type { SubjectKind } from '../../src/verification/status.ts'

interface Tables {
  readonly subjects: string
  readonly documents: string
  /** A subject's whole verification as one writable row (test/support/wide.ts). */
  readonly verifications: string
  /** The rows that everybody locks before writing a verification. */
  readonly summaries: string
  readonly key: string
  readonly cumulative: string
  readonly entity: string
}

/** The tables of a kind, listed independently of the engine. */
export const TABLES: Readonly<Record<SubjectKind, Tables>> = {
  person: {
    subjects: 'mpi.persons',
    documents: 'mpi.person_documents',
    verifications: 'wide.person_verifications',
    summaries: 'mpi.person_verification_summaries',
    key: 'person_id',
    cumulative: 'wide.person_cumulative_status',
    entity: 'Person',
  },
  party: {
    subjects: 'prm.parties',
    documents: 'prm.party_documents',
    verifications: 'wide.party_verifications',
    summaries: 'prm.party_verification_summaries',
    key: 'party_id',
    cumulative: 'wide.party_cumulative_status',
    entity: 'Party',
  },
}
