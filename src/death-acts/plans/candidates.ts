/** Statements about candidates. An earlier statement of the transaction has locked the subjects' summaries. */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { DEATH_ACT } from '../../verification-store/candidates.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { Zone } from '../score.ts'

/** The candidate of a subject and an act: the open one, else the last rejected one, else the newest. */
export interface PairRow {
  readonly id: string
  readonly subject_id: string
  readonly act_id: string
  readonly status: string
  readonly score: number
  /** Whether the act changed after the candidate was last written. */
  readonly act_changed: boolean
}

/** The pairs of these subjects with any act. */
export function findPairs(kind: SubjectKind, subjectIds: readonly string[]): Query {
  const { subjectId, candidates } = KINDS[kind]
  return {
    name: `find pairs of ${kind}`,
    text: `
select distinct on (c.${subjectId}, c.entity_id) c.id, c.${subjectId} as subject_id, c.entity_id as act_id, c.status, c.score,
       coalesce(a.updated_at > c.updated_at, false) as act_changed
  from ${candidates} c
  left join mimir.dracs_death_acts a on a.id = c.entity_id
 where c.${subjectId} = any ($1::uuid[]) and c.entity_type = '${DEATH_ACT}'
 order by c.${subjectId}, c.entity_id, c.status = 'NEW' desc, c.status = 'REJECTED' desc, c.updated_at desc, c.id`,
    values: [subjectIds],
  }
}

/** A candidate to write: new, or an update of one with the status NEW. */
export interface WrittenCandidate {
  readonly subjectId: string
  readonly actId: string
  readonly score: number
  readonly config: object
  readonly details: object
}

/** Inserts candidates, or updates those that are NEW. */
export function proposeCandidates(kind: SubjectKind, candidates: readonly WrittenCandidate[]): Query {
  const { subjectId } = KINDS[kind]
  return {
    name: `propose candidates of ${kind}`,
    text: `
insert into ${KINDS[kind].candidates} (${subjectId}, entity_type, entity_id, status, score, config, details, inserted_at, updated_at)
select i.subject_id, '${DEATH_ACT}', i.act_id, 'NEW', i.score, i.config, i.details, statement_timestamp(), statement_timestamp()
  from unnest($1::uuid[], $2::uuid[], $3::double precision[], $4::jsonb[], $5::jsonb[]) as i (subject_id, act_id, score, config, details)
on conflict (${subjectId}, entity_type, entity_id) where status = 'NEW' do update
   set score = excluded.score, config = excluded.config, details = excluded.details, updated_at = statement_timestamp()`,
    values: [
      candidates.map((each) => each.subjectId),
      candidates.map(({ actId }) => actId),
      candidates.map(({ score }) => score),
      candidates.map(({ config }) => JSON.stringify(config)),
      candidates.map(({ details }) => JSON.stringify(details)),
    ],
  }
}

/** Closes NEW candidates, each with its reason. */
export function endCandidates(
  kind: SubjectKind,
  ended: readonly { readonly id: string; readonly reason: 'ACT_ANNULLED' | 'ACT_CHANGED' }[],
): Query {
  return {
    name: `end candidates of ${kind}`,
    text: `
update ${KINDS[kind].candidates} c set status = 'DEACTIVATED', status_reason = i.reason, updated_at = statement_timestamp()
  from unnest($1::uuid[], $2::text[]) as i (id, reason)
 where c.id = i.id and c.status = 'NEW'`,
    values: [ended.map(({ id }) => id), ended.map(({ reason }) => reason)],
  }
}

/** An open candidate: its status is NEW. */
export interface OpenRow {
  readonly id: string
  readonly subject_id: string
  readonly act_id: string
  readonly zone: Zone
  /** `online`: from an answer about this subject. `offline`: from comparing all acts with all people. */
  readonly way: 'online' | 'offline'
  readonly updated_at: Date
  /** As the act states it. */
  readonly date_death: string | null
  /** The act's last operation, which says whether the act still counts. */
  readonly ar_op_name: string | null
}

/** The NEW candidates of these subjects, best first: by score, then the newest operation, then the act. */
export function findOpen(kind: SubjectKind, subjectIds: readonly string[]): Query {
  const { subjectId } = KINDS[kind]
  return {
    name: `find open candidates of ${kind}`,
    text: `
select c.id, c.${subjectId} as subject_id, c.entity_id as act_id, coalesce(c.details ->> 'zone', 'grey') as zone,
       case when c.details ? 'import' then 'offline' else 'online' end as way, c.updated_at, a.date_death, a.ar_op_name
  from ${KINDS[kind].candidates} c
  left join mimir.dracs_death_acts a on a.id = c.entity_id
 where c.${subjectId} = any ($1::uuid[]) and c.entity_type = '${DEATH_ACT}' and c.status = 'NEW'
 order by c.${subjectId}, c.score desc, a.op_date desc nulls last, c.entity_id`,
    values: [subjectIds],
  }
}

/**
 * Applies a decision to a subject's candidates. If the death is confirmed, the candidate of that act is confirmed; otherwise all are
 * rejected.
 */
export function decideCandidates(
  kind: SubjectKind,
  subjectId: string,
  decision: { readonly isDead: boolean; readonly actId: string | null },
): Query {
  const { isDead, actId } = decision
  return {
    name: `decide candidates of ${kind}`,
    text: `
update ${KINDS[kind].candidates} c
   set status = case when not $2 then 'REJECTED' when c.entity_id = $3 then 'CONFIRMED' else 'DEACTIVATED' end,
       status_reason = case when $2 and c.entity_id is distinct from $3 then 'OTHER_CONFIRMED' end,
       updated_at = statement_timestamp()
 where c.${KINDS[kind].subjectId} = $1 and c.entity_type = '${DEATH_ACT}' and c.status = 'NEW'`,
    values: [subjectId, isDead, actId],
  }
}
