/** Statements about acts of death in `mimir`. Acts are personal data, so values are never traced. */
import type { Query } from '../../database/query.ts'
import { ACT_INSTANTS, ACT_TEXTS, type DeathAct } from '../../verification/death-act.ts'

const CONTENT = [...ACT_TEXTS, ...ACT_INSTANTS, 'is_restore', 'doc_seizes'] as const

/** An act with its id in the database. */
export interface StoredAct extends DeathAct {
  readonly id: string
}

const GIVEN = 'jsonb_populate_recordset(null::mimir.dracs_death_acts, $1)'
const columnsOf = (row: string) => CONTENT.map((column) => `${row}.${column}`).join(', ')

/** Inserts acts whose keys are new, ordered by key to avoid deadlocks. */
export function insertActs(acts: readonly DeathAct[]): Query {
  return {
    name: 'insert death acts',
    text: `
insert into mimir.dracs_death_acts (key, ${CONTENT.join(', ')})
select g.key, ${columnsOf('g')} from ${GIVEN} g order by g.key
on conflict (key) do nothing`,
    values: [JSON.stringify(acts)],
  }
}

/** Locks the acts with these keys, in key order; returns `id` and `key` of each. */
export function lockActs(keys: readonly string[]): Query {
  return {
    name: 'lock death acts',
    text: 'select a.id, a.key from mimir.dracs_death_acts a where a.key = any ($1::text[]) order by a.key for update',
    values: [keys],
  }
}

/**
 * Replaces acts whose content changed, unless the stored version is newer. Keeps the replaced version, and marks the act to be compared
 * with all people again. An earlier statement has locked the acts.
 */
export function replaceActs(acts: readonly DeathAct[]): Query {
  return {
    name: 'replace death acts',
    text: `
with given as materialized (select * from ${GIVEN}),
replaced as materialized (
  select a.* from mimir.dracs_death_acts a join given g on g.key = a.key
   where (${columnsOf('a')}) is distinct from (${columnsOf('g')}) and (a.op_date is null or g.op_date >= a.op_date)
),
kept as (
  insert into mimir.dracs_death_acts_hstr (dracs_death_act_id, dracs_death_act_data) select r.id, to_jsonb(r) from replaced r
)
update mimir.dracs_death_acts a
   set ${CONTENT.map((column) => `${column} = g.${column}`).join(', ')},
       persons_compare_status = 'READY', parties_compare_status = 'READY', updated_at = statement_timestamp()
  from replaced r join given g on g.key = r.key
 where a.id = r.id`,
    values: [JSON.stringify(acts)],
  }
}

const INSTANT = (column: string) =>
  `to_char(a.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`
const STORED = [
  ...['a.id', 'a.key', 'a.is_restore', 'to_jsonb(a.doc_seizes) as doc_seizes'],
  ...ACT_TEXTS.map((column) => `a.${column}`),
  ...ACT_INSTANTS.map(INSTANT),
].join(', ')

/** The acts with these ids. */
export function findActs(ids: readonly string[]): Query {
  return {
    name: 'find death acts',
    text: `select ${STORED} from mimir.dracs_death_acts a where a.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** The acts with these keys, with one of these tax ids, or with these ids. */
export function findActsFor(keys: readonly string[], taxIds: readonly string[], ids: readonly string[]): Query {
  return {
    name: 'find death acts of subjects',
    text: `
select ${STORED} from mimir.dracs_death_acts a where a.key = any ($1::text[])
union
select ${STORED} from mimir.dracs_death_acts a where a.numident = any ($2::text[])
union
select ${STORED} from mimir.dracs_death_acts a where a.id = any ($3::uuid[])`,
    values: [keys, taxIds, ids],
  }
}
