/** Runs of the whole engine, in rounds: all due subjects are claimed at once and answered at once; those triggered meanwhile come next. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import type { SyncProcess } from '../../src/synchronization/process.ts'
import { until } from '../support/until.ts'
import { answer, countsOf, technicalError } from './cluster.ts'
import { compare } from './compare.ts'
import { Gate, SlowRegistry } from './gate.ts'
import { type Ending, type Held, type ModelRun, newRun } from './model-parts.ts'
import type { Happening, HowItEnds } from './sequence.ts'
import { type Solo, startSolo, workerPool } from './solo.ts'
import { someAnswer } from './steered.ts'
import { preCheckOf, type Universe } from './universe.ts'
import { watched } from './watched.ts'

export interface Round {
  /** Changes while the registry is answering. */
  readonly meanwhile: readonly Happening[]
  /** The answers, in turn. */
  readonly answers: readonly HowItEnds[]
}

export interface RunOfRounds {
  readonly process: SyncProcess
  readonly minutes: number
  readonly takesWaiting: boolean
  readonly rounds: readonly Round[]
}

const AFTER_THE_LAST: Round = { meanwhile: [], answers: ['not_found'] }

/** One run, in the model and in the engine. */
export async function liveThrough(universe: Universe, lived: RunOfRounds): Promise<void> {
  const { process, minutes, takesWaiting, rounds } = lived
  const { model, test } = universe
  await universe.pass(minutes)
  const registry = new SlowRegistry()
  const gate = new Gate()
  const started = model.clock.begin()
  const database = watched(workerPool(test), gate.hooks)
  const solo = await startSolo(test, {
    ask: registry.ask,
    concurrency: 100,
    run: { process: process.key, takesWaiting },
    database,
  })
  const modelRun = newRun({ process, started, takesWaiting, onlyTriggered: false })
  try {
    for (let n = 0; ; n += 1) {
      if (!(await liveRound({ universe, registry, gate, solo, modelRun }, rounds[n] ?? AFTER_THE_LAST))) break
    }
    const end = await Promise.race([solo.ended, delay(5_000, 'nothing')])
    expect({ end, unexpectedCalls: registry.waiting }).toEqual({ end: 'finished', unexpectedCalls: 0 })
  } finally {
    // Nothing may continue beside later tests, whatever happened here.
    solo.loop.loseLease()
    gate.takeAway()
  }
  model.clock.end()
  expect(await countsOf(test, solo.run.id)).toEqual(modelRun.counts)
  await compare(test.database, model)
}

interface Scene {
  readonly universe: Universe
  readonly registry: SlowRegistry
  readonly gate: Gate
  readonly solo: Solo
  readonly modelRun: ModelRun
}

// False when nobody is due any more.
async function liveRound(scene: Scene, { meanwhile, answers }: Round): Promise<boolean> {
  const { universe, registry, gate, modelRun } = scene
  const { model } = universe
  const { process } = modelRun
  const claimedAt = model.clock.begin()
  const held = model.claim(modelRun, 100, randomUUID()).map((subject): Held => preCheckOf(process, subject))
  if (held.length === 0) return false
  await gate.closed()
  // Subjects that need no answer are settled at once, whatever happens to the others.
  const settled = held.filter(({ preCheck }) => preCheck.kind === 'settled')
  model.settle(modelRun, settled.map(ending({ kind: 'pre_checked' })), claimedAt)
  const asked = held.filter(({ preCheck }) => preCheck.kind === 'ask')
  const calls = await registry.take(asked.length)
  expect(calls.map(({ question }) => question)).toEqual(asked.map(({ preCheck }) => questionOf(preCheck)))
  await untilWritten(scene)

  for (const happening of meanwhile) await universe.happen(happening)
  const now = model.clock.begin()
  const endings = calls.map((_, index) => endingOf(answers[index % answers.length]))
  model.settle(
    modelRun,
    asked.map((each, index) => ending(endings[index] ?? { kind: 'unasked' })(each)),
    now,
  )
  for (const [index, { resolve }] of calls.entries()) resolve(asAnswer(endings[index]))
  await untilWritten(scene)
  gate.open()
  return true
}

function ending(how: Ending): (held: Held) => { held: Held; ending: Ending } {
  return (held) => ({ held, ending: how })
}

function endingOf(how: HowItEnds = 'not_found'): Ending {
  return how === 'found' || how === 'not_found' ? { kind: how, ...someAnswer() } : { kind: how }
}

// The run's counts show what is written, even where the claim was lost.
function untilWritten({ universe: { test }, solo, modelRun }: Scene): Promise<unknown> {
  const names = ['verified', 'not_verified', 'not_needed', 'incorrect', 'dropped', 'technical_errors'] as const
  const ended = (of: Record<string, number>) => names.reduce((sum, name) => sum + (of[name] ?? 0), 0)
  return until('what has ended', async () => ended(await countsOf(test, solo.run.id)) === ended(modelRun.counts))
}

function questionOf(preCheck: Held['preCheck']): unknown {
  return preCheck.kind === 'ask' ? preCheck.question : undefined
}

function asAnswer(how: Ending | undefined): RegistryAnswer {
  switch (how?.kind) {
    case 'found':
    case 'not_found':
      return answer(how.kind === 'found' ? 1 : 0, how.messageId, how.description)
    default:
      return technicalError(how?.kind === 'subject_error' ? 'subject' : 'service')
  }
}
