/** Acts of death about the demo's cast, and the candidates that their scores make of them. */
import type { Database } from '../src/database/database.ts'
import { keepActs } from '../src/death-acts/acts.ts'
import { findActsFor, type StoredAct } from '../src/death-acts/plans/acts.ts'
import { proposeCandidates } from '../src/death-acts/plans/candidates.ts'
import { ALGORITHM, scorePair, zoneOf } from '../src/death-acts/score.ts'
import { ACT_INSTANTS, ACT_TEXTS, type DeathAct } from '../src/verification/death-act.ts'
import { DEATHS } from './generate/cast/deaths.ts'

const THRESHOLDS = { full: 0.9, partial: 0.7 }

/** Puts them in once. */
export async function provideDeaths(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    const [known] = await tx.query({ text: 'select from mimir.dracs_death_acts limit 1' })
    if (known !== undefined) return
    const acts = DEATHS.map(({ act }) => whole(act))
    await keepActs(tx, acts)
    const stored = await tx.query<StoredAct>(
      findActsFor(
        acts.map(({ key }) => key),
        [],
        [],
      ),
    )
    for (const [place, { kind, subject }] of DEATHS.entries()) {
      const act = stored.find(({ key }) => key === acts[place]?.key)
      if (act === undefined) throw new Error('an act was not kept')
      const { bins, points, score } = scorePair(subject, act)
      const details = { algorithm: ALGORITHM, points, zone: zoneOf(score, THRESHOLDS) }
      await tx.query(proposeCandidates(kind, [{ subjectId: subject.id, actId: act.id, score, config: bins, details }]))
    }
  })
}

function whole(given: { readonly ar_reg_number: string } & object): DeathAct {
  const empty = Object.fromEntries([...ACT_TEXTS, ...ACT_INSTANTS].map((name) => [name, null])) as Omit<
    DeathAct,
    'key' | 'is_restore' | 'doc_seizes'
  >
  return { ...empty, key: given.ar_reg_number, is_restore: null, doc_seizes: [], ...given }
}
