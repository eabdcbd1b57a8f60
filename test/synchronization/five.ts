/** The five processes, each with made-up subjects to ask about: for tests that hold for all of them. */
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import type { RunRow } from '../../src/synchronization/plans/runs.ts'
import { PROCESSES, type ProcessKey, type SyncProcess } from '../../src/synchronization/process.ts'
import type { Verdict } from '../../src/verification/rules.ts'
import type { PassportQuestion } from '../../src/verification/streams/passport.ts'
import type { UnzrQuestion } from '../../src/verification/streams/unzr.ts'
import type { TestDatabase } from '../support/database.ts'
import { isYesOrNo } from './changes.ts'
import { VERDICTS } from './model-parts.ts'
import { nationalId, type TestSubject } from './people.ts'
import { type SoloOptions, solo } from './solo.ts'

export interface Case {
  readonly process: SyncProcess
  readonly key: ProcessKey
  /** The favourable and the unfavourable answer: to be found is good for a UNZR, and bad for a passport (spec 1.1). */
  readonly goodStatus: 0 | 1
  readonly badStatus: 0 | 1
  readonly good: Verdict
  readonly bad: Verdict
}

/** One for each process. */
export const FIVE: readonly Case[] = [...PROCESSES.values()]
  .filter(({ stream }) => isYesOrNo(stream))
  .map((process) => {
    const { found, notFound } = VERDICTS[process.stream]
    const isFoundGood = process.stream === 'unzr'
    return {
      process,
      key: process.key,
      goodStatus: isFoundGood ? 1 : 0,
      badStatus: isFoundGood ? 0 : 1,
      good: isFoundGood ? found : notFound,
      bad: isFoundGood ? notFound : found,
    }
  })

/** The case of a process. */
export function caseOf(key: ProcessKey): Case {
  const found = FIVE.find((each) => each.key === key)
  if (found === undefined) throw new Error(`no process ${key}`)
  return found
}

/** A well-formed UNZR with this number. */
export function unzrOf(number: number): string {
  return `19800101-${String(number).padStart(5, '0')}`
}

/** A subject of the process with its own document or UNZR to ask about, by number. */
export function askable({ process }: Case, number: number): TestSubject {
  return { stream: process.stream, documents: [nationalId(number)], unzr: unzrOf(number) }
}

/** One with nothing to ask about. */
export function empty({ process }: Case): TestSubject {
  return { stream: process.stream, documents: [{ type: 'BIRTH_CERTIFICATE', number: '1' }], unzr: '' }
}

/** One whose number or UNZR is ill-formed. */
export function illFormed({ process }: Case): TestSubject {
  return { stream: process.stream, documents: [{ type: 'PASSPORT', number: 'аб000001' }], unzr: '19800101-1' }
}

/** The number that a question is about. */
export function numberAsked(question: unknown): number {
  const { unzr, pasNumber } = question as Partial<UnzrQuestion & PassportQuestion>
  return Number(pasNumber ?? unzr?.slice(-5))
}

const nobodyIsAsked = () => Promise.reject(new Error('nobody is to be asked'))

/** Runs one loop over a run of the process to its end, with the registry that a test gives. */
export async function runThrough(
  test: TestDatabase,
  { key }: Case,
  reply: (number: number, question: unknown) => RegistryAnswer | Promise<RegistryAnswer> = nobodyIsAsked,
  { run, ...options }: Partial<Omit<SoloOptions, 'ask'>> = {},
): Promise<RunRow> {
  const ask = async (question: unknown): Promise<RegistryAnswer> => reply(numberAsked(question), question)
  const ended = await solo(test, { ...options, ask, run: { ...run, process: key } })
  if (ended.end !== 'finished') throw new Error(`the loop ended: ${ended.end}`)
  return ended.run
}
