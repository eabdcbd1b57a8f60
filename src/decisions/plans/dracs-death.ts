/** Statements about the stream dracs_death, and the effects of a death. */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, KINDS } from '../../verification-store/kinds.ts'

/** The status of the stream. */
export function findDracsDeath(kind: SubjectKind, id: string): Query {
  return {
    text: `select status from ${checksOf(kind, 'dracs_death')} where subject_id = $1`,
    values: [id],
  }
}

/** A party's employees, those in the NHS, and the active ones of these; no row: no such party. */
export function findNhsEmployees(partyId: string): Query {
  return {
    text: `
select count(e.id) as employees, count(*) filter (where l.type = 'NHS') as in_nhs,
       count(*) filter (where l.type = 'NHS' and e.status = 'APPROVED' and e.is_active) as at_work
  from prm.parties s
  left join prm.employees e on e.party_id = s.id
  left join prm.legal_entities l on l.id = e.legal_entity_id
 where s.id = $1 group by s.id`,
    values: [partyId],
  }
}

/** A manual decision to write to the stream. */
interface DeathDecision {
  readonly kind: SubjectKind
  readonly subjectId: string
  readonly userId: string
  readonly status: string
  readonly reason: string
  readonly comment: string | null
  /** Whether the subject is decided to be dead; the act is then the given one, or the existing one. */
  readonly isDead: boolean
  readonly actId: string | null
}

/** Sets the stream to a manual decision; VERIFIED clears unverified_at. An earlier statement has locked the row. */
export function writeDracsDeath(confirmation: DeathDecision): Query {
  const { kind, subjectId, userId, status, reason, comment, isDead, actId } = confirmation
  const act = kind === 'person' ? ', data_id = case when $6 then coalesce($7, c.data_id) end' : ''
  return {
    text: `
with confirmed as (
  update ${checksOf(kind, 'dracs_death')} c
     set status = $5::zvirka.stream_status, reason = $3::zvirka.stream_reason, comment = $4,
         unverified_at = case when $5 = 'NOT_VERIFIED' then statement_timestamp() end${act},
         triggered_at = null, waits_until = null, failures = 0, version = c.version + 1,
         updated_at = statement_timestamp(), updated_by = $2
   where c.subject_id = $1
  returning c.subject_id, c.status
),
${consequencesText(KINDS[kind], 'dracs_death', 'confirmed')},
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
  select subject_id, '${kind}', 'dracs_death', $5::zvirka.stream_status, $3::zvirka.stream_reason, 'manual', $2 from confirmed
)
select count(*) as confirmed from confirmed`,
    values: [subjectId, userId, reason, comment, status, ...(kind === 'person' ? [isDead, actId] : [])],
  }
}

/** What a decision changed besides the stream. */
export interface DeathEffects {
  /** Whether a person became inactive. */
  readonly deactivated: boolean
  /** The number of ended declarations. */
  readonly declarations: number
}

/**
 * Deactivates a person who died and terminates their open declarations, with an event each (spec 8.11). An unknown date keeps the existing
 * one. Returns the `DeathEffects`.
 */
export function registerDeath(personId: string, userId: string, deathDate: string | null): Query {
  return {
    text: `
with alive as materialized (
  select id from mpi.persons where id = $1 and status = 'active' for update
),
died as (
  update mpi.persons
     set status = 'inactive', death_date = coalesce($3::date, death_date), updated_at = statement_timestamp(), updated_by = $2
   where id = $1
),
ended as (
  update ops.declarations
     set status = 'terminated', reason = 'auto_death_registration', updated_at = statement_timestamp(), updated_by = $2
   where person_id = $1 and status in ('active', 'pending_verification')
  returning id
),
told as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', entity_type, id, jsonb_build_object('status', jsonb_build_object('new_value', status)), $2
    from (select 'Person' as entity_type, id, 'inactive' as status from alive
          union all select 'Declaration', id, 'terminated' from ended) changed
)
select exists (select from alive) as deactivated, (select count(*) from ended) as declarations`,
    values: [personId, userId, deathDate],
  }
}
