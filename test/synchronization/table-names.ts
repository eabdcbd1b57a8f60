import type { SubjectKind } from '../../src/verification/status.ts'

interface Tables {
  readonly subjects: string
  readonly documents: string
  readonly verifications: string
  readonly key: string
  readonly cumulative: string
  readonly entity: string
}

/** Where a kind's rows lie, written out by hand: the tests do not take the engine's word for it. */
export const TABLES: Readonly<Record<SubjectKind, Tables>> = {
  person: {
    subjects: 'mpi.persons',
    documents: 'mpi.person_documents',
    verifications: 'mpi.person_verifications',
    key: 'person_id',
    cumulative: 'mpi.person_cumulative_status',
    entity: 'Person',
  },
  party: {
    subjects: 'prm.parties',
    documents: 'prm.party_documents',
    verifications: 'prm.party_verifications',
    key: 'party_id',
    cumulative: 'prm.party_cumulative_status',
    entity: 'Party',
  },
}
