/**
 * Turns answers of the register of civil status into results (spec 8.8): compares acts with the subjects, and derives the status of their
 * streams.
 */
import type { Executor } from '../database/query.ts'
import { isCompared, operationOf } from '../verification/death-act.ts'
import type { Verdict } from '../verification/rules.ts'
import type { SubjectKind } from '../verification/status.ts'
import type { DracsDeathKept, DracsDeathTerms } from '../verification/streams/dracs-death.ts'
import { readTaxId } from './normalise.ts'
import { findActsFor, type StoredAct } from './plans/acts.ts'
import {
  endCandidates,
  findOpen,
  findPairs,
  type OpenRow,
  type PairRow,
  proposeCandidates,
  type WrittenCandidate,
} from './plans/candidates.ts'
import { type ComparedRow, findCompared } from './plans/compared.ts'
import { ALGORITHM, scorePair, zoneOf } from './score.ts'
import { streamByCandidates } from './stream.ts'

/** An answer about a subject, whose acts are already stored. */
interface AnsweredDeath {
  readonly subjectId: string
  readonly kept: DracsDeathKept | undefined
}

/** The new state of the stream; `dataId` is the act that is taken to be the person's. */
interface DeathConclusion {
  readonly verdict: Verdict
  readonly step: '4' | '5'
  readonly dataId: string | null
}

/**
 * Writes the candidates that follow from answers, in the transaction `tx`, and returns the new state of each stream in the same order. The
 * caller has locked the subjects' summaries; they have not changed since the request.
 */
export async function concludeDeaths(
  tx: Executor,
  kind: SubjectKind,
  answered: readonly AnsweredDeath[],
  runId: string,
): Promise<readonly DeathConclusion[]> {
  const ids = answered.map(({ subjectId }) => subjectId)
  const subjects = Map.groupBy(await tx.query<ComparedRow>(findCompared(kind, ids)), ({ id }) => id)
  const pairs = await tx.query<PairRow>(findPairs(kind, ids))
  const acts = await tx.query<StoredAct>(actsFor(answered, [...subjects.values()].flat(), pairs))
  const comparisons = answered.flatMap(({ subjectId, kept }) => {
    const subject = subjects.get(subjectId)?.[0]
    if (subject === undefined || kept === undefined) return []
    const ofSubject = pairs.filter(({ subject_id }) => subject_id === subjectId)
    return actsOf(subject, kept, ofSubject, acts).map((act) =>
      compare(
        subject,
        act,
        ofSubject.find(({ act_id }) => act_id === act.id),
        { runId, terms: kept.terms },
      ),
    )
  })
  const ended = comparisons.flatMap((each) => ('ended' in each ? [each.ended] : []))
  const written = comparisons.flatMap((each) => ('written' in each ? [each.written] : []))
  if (ended.length > 0) await tx.query(endCandidates(kind, ended))
  if (written.length > 0) await tx.query(proposeCandidates(kind, written))
  const open = Map.groupBy(await tx.query<OpenRow>(findOpen(kind, ids)), ({ subject_id }) => subject_id)
  return ids.map((id) => {
    const held = subjects.get(id)?.[0]
    if (held === undefined) throw new Error(`a ${kind} that is held is not there`)
    const candidates = open.get(id) ?? []
    const hasCome = written.some(({ subjectId }) => subjectId === id)
    const before = { status: held.status, reason: held.reason, actId: held.data_id }
    const { status, reason, actId } = streamByCandidates(before, { isAnswered: true, candidates, hasCome })
    // Only a person stores the act; for a party the candidates show it.
    const dataId = kind === 'person' ? actId : null
    return { verdict: { status, reason }, step: candidates.length > 0 ? '4' : '5', dataId }
  })
}

// The acts of the answers, those that contain a subject's tax id (they may have arrived after the answer), and those of open candidates.
function actsFor(answered: readonly AnsweredDeath[], subjects: readonly ComparedRow[], pairs: readonly PairRow[]) {
  const keys = answered.flatMap(({ kept }) => kept?.acts.map(({ key }) => key) ?? [])
  const taxIds = subjects.flatMap(({ tax_id }) => readTaxId(tax_id) ?? [])
  return findActsFor([...new Set(keys)], [...new Set(taxIds)], [...waitingActs(pairs)])
}

function waitingActs(pairs: readonly PairRow[]): ReadonlySet<string> {
  return new Set(pairs.flatMap(({ act_id, status }) => (status === 'NEW' ? [act_id] : [])))
}

function actsOf(
  subject: ComparedRow,
  { acts }: DracsDeathKept,
  pairs: readonly PairRow[],
  stored: readonly StoredAct[],
) {
  const keys = new Set(acts.map(({ key }) => key))
  const waiting = waitingActs(pairs)
  const taxId = readTaxId(subject.tax_id)
  return stored.filter(
    ({ id, key, numident }) => keys.has(key) || waiting.has(id) || (taxId !== null && readTaxId(numident) === taxId),
  )
}

type Comparison =
  | { readonly written: WrittenCandidate }
  | { readonly ended: { readonly id: string; readonly reason: 'ACT_ANNULLED' | 'ACT_CHANGED' } }
  | { readonly unchanged: true }

function compare(
  subject: ComparedRow,
  act: StoredAct,
  known: PairRow | undefined,
  by: { readonly runId: string; readonly terms: DracsDeathTerms },
): Comparison {
  const { bins, points, score } = scorePair(subject, act)
  const zone = isCompared(act) ? zoneOf(score, by.terms) : 'black'
  if (zone === 'black') {
    if (known?.status !== 'NEW') return { unchanged: true }
    return { ended: { id: known.id, reason: operationOf(act) === 'live' ? 'ACT_CHANGED' : 'ACT_ANNULLED' } }
  }
  if (!isProposed(known, score)) return { unchanged: true }
  const details = { algorithm: ALGORITHM, points, run_id: by.runId, zone }
  return { written: { subjectId: subject.id, actId: act.id, score, config: bins, details } }
}

// A rejected pair is proposed again only if the act changed or the score rose.
function isProposed(known: PairRow | undefined, score: number): boolean {
  if (known?.status === 'NEW') return known.score !== score || known.act_changed
  return known?.status !== 'REJECTED' || known.act_changed || score > known.score
}
