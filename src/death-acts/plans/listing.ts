/** Lists candidates, and the declarations that a death would end, for the person who decides (spec 8.14, 8.17). */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import { keysetPage } from '../../listing/keyset.ts'
import type { Slice, TimePlace } from '../../listing/slice.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { DEATH_ACT } from '../../verification-store/candidates.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { Zone } from '../score.ts'

/** Statuses of a candidate. */
export const CANDIDATE_STATUSES = ['NEW', 'CONFIRMED', 'REJECTED', 'DEACTIVATED'] as const
export type CandidateStatus = (typeof CANDIDATE_STATUSES)[number]

/** A candidate as listed; contains no personal values. */
export interface CandidateRow {
  readonly id: string
  readonly subject_id: string
  readonly act_id: string
  readonly status: CandidateStatus
  readonly status_reason: string | null
  readonly score: number
  readonly config: Readonly<Record<string, string>> | null
  readonly details: Readonly<Record<string, unknown>> | null
  readonly inserted_at: Date
  readonly updated_at: Date
  /** `inserted_at` in microseconds and the score: the sort keys for paging. */
  readonly inserted_place: string
  readonly score_place: string
}

/** Filters of candidates. */
export interface CandidateFilter {
  readonly status: CandidateStatus
  readonly subjectId?: string | undefined
  readonly minScore?: number | undefined
  readonly zone?: string | undefined
}

const columnsOf = (kind: SubjectKind) =>
  `id, ${KINDS[kind].subjectId} as subject_id, entity_id as act_id, status, status_reason, score, config, details, inserted_at, updated_at,
   to_char(inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as inserted_place, score::text as score_place`

/** The SQL conditions of a filter, for lists and counts. */
export function narrowCandidates(kind: SubjectKind, filter: CandidateFilter): Conditions {
  const { status, subjectId, minScore, zone } = filter
  return new Conditions()
    .require(`entity_type = '${DEATH_ACT}'`)
    .add(status, (value) => `status = ${value}`)
    .addIf(subjectId, (value) => `${KINDS[kind].subjectId} = ${value}`)
    .addIf(minScore, (value) => `score >= ${value}`)
    .addIf(zone, (value) => `details ->> 'zone' = ${value}`)
}

/** One page of candidates, by time or by score. */
export function listCandidates(
  kind: SubjectKind,
  filter: CandidateFilter,
  isByScore: boolean,
  slice: Slice<TimePlace>,
): Query {
  const list = { columns: columnsOf(kind), from: KINDS[kind].candidates }
  const order = isByScore ? ({ time: 'score', type: 'double precision' } as const) : { time: 'inserted_at' }
  return keysetPage({ ...list, ...order }, narrowCandidates(kind, filter), slice)
}

/** The candidates with these ids. */
export function findCandidates(kind: SubjectKind, ids: readonly string[]): Query {
  return {
    text: `select ${columnsOf(kind)} from ${KINDS[kind].candidates} where id = any ($1::uuid[]) and entity_type = '${DEATH_ACT}'`,
    values: [ids],
  }
}

/** A declaration that ends with a person's death. */
export interface OpenDeclarationRow {
  readonly id: string
  readonly person_id: string
  readonly declaration_number: string | null
  readonly status: string
  readonly start_date: string
  readonly legal_entity_name: string | null
  readonly employee_name: string | null
}

/** The open declarations of these persons, oldest first. */
export function findOpenDeclarations(personIds: readonly string[]): Query {
  return {
    text: `
select d.id, d.person_id, d.declaration_number, d.status, d.start_date, l.name as legal_entity_name,
       nullif(concat_ws(' ', p.last_name, p.first_name, p.second_name), '') as employee_name
  from ops.declarations d
  left join prm.legal_entities l on l.id = d.legal_entity_id
  left join prm.employees e on e.id = d.employee_id
  left join prm.parties p on p.id = e.party_id
 where d.person_id = any ($1::uuid[]) and d.status in ('active', 'pending_verification')
 order by d.person_id, d.start_date, d.id`,
    values: [personIds],
  }
}

/** The number of open candidates of one kind and zone. */
export interface WaitingRow {
  readonly kind: SubjectKind
  readonly zone: Zone
  readonly count: number
  readonly oldest: Date
}

/** Counts open candidates, with the time of the oldest. */
export function countWaiting(): Query {
  const ofKind = (kind: SubjectKind) => `
select '${kind}' as kind, coalesce(details ->> 'zone', 'grey') as zone, count(*)::int as count, min(inserted_at) as oldest
  from ${KINDS[kind].candidates} where status = 'NEW' and entity_type = '${DEATH_ACT}' group by 2`
  return {
    name: 'count waiting candidates',
    text: `${ofKind('person')}\nunion all${ofKind('party')}\n order by 1, 2`,
    values: [],
  }
}
