/** Reading persons and parties (spec 1.3, 4.3). Everything except ids, statuses and times is personal. */
import type { Executor } from '../database/query.ts'
import type { CumulativeStatus } from '../verification/cumulative.ts'
import type { SubjectKind } from '../verification/status.ts'
import { findDocuments, findEmployees, subjectsByIds } from './plans/subjects.ts'

/** What persons and parties have in common. */
export interface SubjectRow {
  readonly id: string
  readonly first_name: string
  readonly last_name: string
  readonly second_name: string | null
  /** `YYYY-MM-DD` */
  readonly birth_date: string
  readonly gender: string | null
  readonly tax_id: string | null
  readonly no_tax_id: boolean
  readonly verification_status: CumulativeStatus
  readonly inserted_at: Date
  readonly inserted_by: string
  readonly updated_at: Date
  readonly updated_by: string
  /** `inserted_at` in microseconds: the subject's position in lists. */
  readonly place: string
}

/** A person. */
export interface PersonRow extends SubjectRow {
  readonly unzr: string | null
  readonly status: 'active' | 'inactive'
  readonly is_active: boolean
  readonly death_date: string | null
}

/** A party. */
export interface PartyRow extends SubjectRow {
  readonly phones: unknown
  readonly educations: unknown
  readonly qualifications: unknown
  readonly specialities: unknown
  readonly science_degree: unknown
  readonly about_myself: string | null
  readonly working_experience: number | null
  readonly declaration_limit: number | null
}

/** The row of a kind. */
export interface RowOf {
  readonly person: PersonRow
  readonly party: PartyRow
}

/** A document of a person or a party. */
export interface DocumentRow {
  readonly id: string
  readonly subject_id: string
  readonly type: string
  readonly number: string
  readonly issued_at: string | null
  readonly expiration_date: string | null
  readonly issued_by: string | null
}

/** An employee of a party, with the legal entity that employs it. */
export interface EmployeeRow {
  readonly id: string
  readonly party_id: string
  readonly employee_type: string
  readonly position: string
  readonly status: string
  readonly is_active: boolean
  readonly start_date: string
  readonly end_date: string | null
  readonly division_id: string | null
  readonly legal_entity_id: string
  readonly legal_entity_name: string
  readonly legal_entity_edrpou: string | null
  readonly legal_entity_type: string
}

/** Reads the existing subjects of a kind by their ids, in no order. */
export function readSubjects<K extends SubjectKind>(
  executor: Executor,
  kind: K,
  ids: readonly string[],
): Promise<RowOf[K][]> {
  return executor.query<RowOf[K]>(subjectsByIds(kind, ids))
}

/** Reads the documents of subjects, in insertion order. */
export function readDocuments(executor: Executor, kind: SubjectKind, ids: readonly string[]): Promise<DocumentRow[]> {
  return executor.query<DocumentRow>(findDocuments(kind, ids))
}

/** Reads the employees of parties, in insertion order. */
export function readEmployees(executor: Executor, partyIds: readonly string[]): Promise<EmployeeRow[]> {
  return executor.query<EmployeeRow>(findEmployees(partyIds))
}
