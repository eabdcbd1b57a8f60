/** Candidates for tests of decisions: stored acts and the subjects that they may be about. */
import type { Database } from '../../src/database/database.ts'
import { keepActs } from '../../src/death-acts/acts.ts'
import { proposeCandidates } from '../../src/death-acts/plans/candidates.ts'
import { zoneOf } from '../../src/death-acts/score.ts'
import type { DeathAct } from '../../src/verification/death-act.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { act } from './acts.ts'

/** The id of an act. */
export async function idOfAct(owner: Database, key: string): Promise<string> {
  const [row] = await owner.query<{ id: string }>({
    text: 'select id from mimir.dracs_death_acts where key = $1',
    values: [key],
  })
  return row?.id ?? ''
}

/** Stores an act and a candidate for a subject; returns the candidate's id. */
export async function propose(
  owner: Database,
  kind: SubjectKind,
  subjectId: string,
  { score = 0.75, ...fields }: Partial<DeathAct> & { readonly score?: number } = {},
): Promise<string> {
  const kept = act(fields)
  await owner.transaction((tx) => keepActs(tx, [kept]))
  const actId = await idOfAct(owner, kept.key)
  const details = { algorithm: 'points-1', points: {}, zone: zoneOf(score, { full: 0.9, partial: 0.7 }), run_id: actId }
  const config = { last_name: 'equal', tax_id: 'absent' }
  await owner.query(proposeCandidates(kind, [{ subjectId, actId, score, config, details }]))
  return actId
}

/** The states of a subject's candidates, by the ids of their acts. */
export async function fates(owner: Database, kind: SubjectKind, subjectId: string): Promise<Record<string, string>> {
  const rows = await owner.query<{ entity_id: string; fate: string }>({
    text: `select entity_id, concat_ws(' ', status, status_reason) as fate from ${KINDS[kind].candidates} where ${kind}_id = $1`,
    values: [subjectId],
  })
  return Object.fromEntries(rows.map(({ entity_id, fate }) => [entity_id, fate]))
}
