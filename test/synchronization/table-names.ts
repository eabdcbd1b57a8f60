import type { SubjectKind } from '../../src/verification/status.ts'

interface Tables {
  readonly subjects: string
  readonly documents: string
  /** All of a subject's verification as one row that can be written (test/support/wide.ts). */
  readonly verifications: string
  /** What everybody locks who writes it. */
  readonly summaries: string
  readonly key: string
  readonly cumulative: string
  readonly entity: string
}

/** Where a kind's rows lie, written out by hand: the tests do not take the engine's word for it. */
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
