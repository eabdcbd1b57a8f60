/** Reading verifications as REST tells them (spec 6.3). Nothing personal is selected. */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import type { CumulativeStatus } from '../../verification/cumulative.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import { detailColumns, type VerificationRow } from '../details.ts'

/** A subject with its verification row. */
export type SubjectVerification = VerificationRow & {
  readonly id: string
  readonly verification_status: CumulativeStatus
  /** When the subject came in, to the microsecond. */
  readonly inserted_at: string
}

/** Where a list goes on: its order is that of the subjects' coming in, newest first. */
export interface SubjectKey {
  readonly insertedAt: string
  readonly id: string
}

/** Persons to list. A legal entity sees those who have an active declaration with an employee of its own. */
export interface PersonFilter {
  readonly verificationStatus?: CumulativeStatus | undefined
  readonly employeeId?: string | undefined
  /** Whose employees count; undefined: anybody's. */
  readonly legalEntityId?: string | undefined
}

/** Parties to list. A legal entity sees those who work for it. */
export interface PartyFilter {
  readonly verificationStatus?: CumulativeStatus | undefined
  readonly divisionId?: string | undefined
  /** Whose employees; undefined: anybody's. */
  readonly legalEntityId?: string | undefined
}

/** An employee at work, or about to be: who was dismissed is the former employer's no more. */
const WORKS = `e.is_active and e.status <> 'DISMISSED'`

/** One verification; no row: no such subject, or it has none. */
export function findVerification(kind: SubjectKind, id: string): Query {
  return {
    name: `verification of ${kind}`,
    text: `${selection(kind)} from ${subjectsAndVerifications(kind)} where s.id = $1`,
    values: [id],
  }
}

/** Whether a party works for a legal entity. */
export function findWorkplace(partyId: string, legalEntityId: string): Query {
  return {
    name: 'party in legal entity',
    text: `select exists (select from prm.employees e where e.party_id = $1 and e.legal_entity_id = $2 and ${WORKS}) as works`,
    values: [partyId, legalEntityId],
  }
}

/** The tables that a list is made from. */
export function subjectsAndVerifications(kind: SubjectKind): string {
  const { subjects, verifications, subjectId } = KINDS[kind]
  return `${subjects} s join ${verifications} v on v.${subjectId} = s.id`
}

/** Which persons. */
export function personConditions({ verificationStatus, employeeId, legalEntityId }: PersonFilter): Conditions {
  const conditions = new Conditions().addIf(verificationStatus, (p) => `s.verification_status = ${p}`)
  if (employeeId === undefined) return conditions
  const ofEntity = legalEntityId === undefined ? undefined : conditions.parameter(legalEntityId)
  return conditions.add(
    employeeId,
    (p) => `s.id in (
      select d.person_id from ops.declarations d where d.employee_id = ${p} and d.status = 'active'${
        ofEntity === undefined
          ? ''
          : `
         and exists (select from prm.employees e where e.id = d.employee_id and e.legal_entity_id = ${ofEntity} and ${WORKS})`
      })`,
  )
}

/** Which parties. */
export function partyConditions({ verificationStatus, divisionId, legalEntityId }: PartyFilter): Conditions {
  const conditions = new Conditions().addIf(verificationStatus, (p) => `s.verification_status = ${p}`)
  if (divisionId === undefined && legalEntityId === undefined) return conditions
  const ofDivision = divisionId === undefined ? '' : ` and e.division_id = ${conditions.parameter(divisionId)}`
  const ofEntity = legalEntityId === undefined ? '' : ` and e.legal_entity_id = ${conditions.parameter(legalEntityId)}`
  return conditions.require(`s.id in (select e.party_id from prm.employees e where ${WORKS}${ofDivision}${ofEntity})`)
}

/** A slice of a list. */
export function listVerifications(
  kind: SubjectKind,
  conditions: Conditions,
  slice: { readonly limit: number; readonly offset: number; readonly after: SubjectKey | undefined },
): Query {
  if (slice.after !== undefined) {
    const id = conditions.parameter(slice.after.id)
    conditions.add(slice.after.insertedAt, (p) => `(s.inserted_at, s.id) < (${p}::timestamptz, ${id}::uuid)`)
  }
  const limit = conditions.parameter(slice.limit)
  const offset = conditions.parameter(slice.offset)
  const { where, values } = conditions.narrowed
  return {
    text: `${selection(kind)} from ${subjectsAndVerifications(kind)} ${where}
 order by s.inserted_at desc, s.id desc limit ${limit} offset ${offset}`,
    values,
  }
}

function selection(kind: SubjectKind): string {
  const columns = detailColumns(kind).map((column) => `v.${column}`)
  return `
select s.id, s.verification_status, to_char(s.inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as inserted_at,
       ${columns.join(', ')}
 `
}
