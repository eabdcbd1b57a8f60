/** That the page says in both languages whatever the API can say of why a status is as it is. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { explainCumulative, explainStream } from '../../src/synchronization/explain.ts'
import type { StreamFacts } from '../../src/synchronization/explain-facts.ts'
import { adviceTable } from '../../src/trembita/advice.ts'
import { CUMULATIVE_STATUSES } from '../../src/verification/cumulative.ts'
import { STREAM_STATUSES, STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { repository } from '../support/imports.ts'

/** A module of the page; its types are of another program than the tests'. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
const load = async (path: string): Promise<any> => import(pathToFileURL(join(repository, 'web/src', path)).href)
const { sayOf } = await load('pages/people/explanation.ts')
const { peopleWords } = await load('pages/people/words.ts')

const NOW = new Date('2026-03-02T10:00:00Z')
const EARLIER = new Date('2026-03-02T09:00:00Z')
const LATER = new Date('2026-03-02T11:00:00Z')
const ID = '0b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10'
const STEPS = ['1.1', '4', '4.1', '4.2', '5', 'import', 'trigger', 'recheck', 'manual', '9.9'] as const
const PROCESS = [
  null,
  { run: null },
  ...[true, false].map((isTriggeredOnly) => ({ run: { id: ID, state: 'paused' as const, isTriggeredOnly } })),
]

function factsOf(kind: SubjectKind, given: Partial<StreamFacts>): StreamFacts {
  return {
    ...{ kind, stream: 'dms_passport', status: 'VERIFICATION_NEEDED', reason: 'AUTO', now: NOW },
    ...{ isSubjectActive: true, triggeredAt: null, isLastInLine: false, waitsUntil: null, failures: 0 },
    ...{ dueFrom: null, entry: null, heldBy: null, process: { run: null }, ...given },
  }
}

/** Facts of every kind that an explanation differs by. */
function* allFacts(kind: SubjectKind): Generator<StreamFacts> {
  for (const stream of STREAMS_OF[kind]) {
    for (const step of [null, ...STEPS]) {
      for (const reason of ['AUTO', 'INITIAL', 'AUTO_DATA_ABSENT'] as const) {
        const entry =
          step === null
            ? null
            : { step, status: 'NOT_VERIFIED' as const, reason, at: EARLIER, runId: ID, messageId: ID, userId: ID }
        yield factsOf(kind, { stream, status: 'NOT_VERIFIED', reason, entry })
        if (entry !== null)
          yield factsOf(kind, { stream, status: 'NOT_VERIFIED', reason, entry: { ...entry, runId: null } })
      }
    }
    for (const status of STREAM_STATUSES) {
      for (const isSubjectActive of [true, false]) yield factsOf(kind, { stream, status, isSubjectActive })
      yield factsOf(kind, { stream, status, process: null })
    }
  }
  for (const host of [null, 'worker-1.internal']) {
    for (const isWorkerAlive of [true, false]) {
      const heldBy = {
        at: EARLIER,
        workerId: ID,
        host,
        pid: host === null ? null : 4711,
        isWorkerAlive,
        runId: ID,
        before: { status: 'VERIFIED', reason: 'AUTO' } as const,
      }
      yield factsOf(kind, { status: 'IN_REVIEW', heldBy })
    }
  }
  for (const process of PROCESS) {
    for (const waitsUntil of [null, EARLIER, LATER]) {
      for (const failures of [1, 2, 5]) yield factsOf(kind, { process, waitsUntil, failures })
    }
    yield factsOf(kind, { process, status: 'VERIFIED', dueFrom: LATER })
    yield factsOf(kind, { process, isLastInLine: true })
    yield factsOf(kind, { process, triggeredAt: EARLIER })
  }
}

/** Everything that the API can say. */
function everySentence(): Set<string> {
  const said = new Set<string>()
  for (const kind of ['person', 'party'] as const) {
    for (const facts of allFacts(kind)) {
      const { cause, before, next } = explainStream(facts)
      for (const text of [cause.why, before?.cause.why, next]) if (text !== undefined) said.add(text)
      for (const status of CUMULATIVE_STATUSES) said.add(explainCumulative(kind, status, [facts, facts]))
    }
  }
  return said
}

describe('explanations', () => {
  const sentences = [...everySentence()]

  test('are many', () => {
    expect(sentences.length).toBeGreaterThan(70)
  })

  test('are said in Ukrainian, each of them whole', () => {
    const allowed = /ID-картк|zvirka sync|worker-1\.internal|[\da-f]{8}(-[\da-f-]+)?/g
    const left = sentences.filter((text) => /[A-Za-z]{2}/.test(sayOf(text, 'uk').replaceAll(allowed, '')))
    expect(left).toEqual([])
  })

  test('are said in English without the words of the database', () => {
    const left = sentences.filter((text) => /\b[A-Z]+_[A-Z]+\b|\bPASSPORT\b/.test(sayOf(text, 'en')))
    expect(left).toEqual([])
  })

  test('tell what was to be told', () => {
    expect(sayOf('The registry answered 1: the document is among the stolen or lost ones.', 'uk')).toBe(
      'Реєстр відповів 1: документ є серед викрадених і втрачених.',
    )
    const failed =
      'Its last check ended in a technical error, 2 times so far: it waits until 2026-03-02 13:00 Kyiv. A zvirka sync takes it before that, after all others.'
    expect(sayOf(failed, 'uk')).toMatch(/поспіль 2 рази\): чекає до 02\.03\.2026 13:00 за київським часом\./)
    expect(sayOf('Since unzr is NOT_VERIFIED, nhs is IN_REVIEW.', 'en')).toBe(
      'Since UNZR is “Not verified”; NHS is “In review”.',
    )
    expect(sayOf(`What run ${ID} settled by an answer was taken back.`, 'uk')).toContain(ID)
  })

  test('that are newer than the page are shown as they came', () => {
    expect(sayOf('It is due. Something new happens.', 'uk')).toBe('It is due. Something new happens.')
  })

  test('have a word for every reason', () => {
    const type = createSchema().getType('VerificationReason')
    const reasons = type !== undefined && 'getValues' in type ? type.getValues().map(({ name }) => name) : []
    expect(Object.keys(peopleWords.uk.reason).toSorted()).toEqual(reasons.toSorted())
  })
})

describe('failures of asking about a UNZR', () => {
  test('are told by what they mean, whichever code of the transport it is', async () => {
    const { failureOf } = await load('pages/unzr/failure.ts')
    const patterns = adviceTable.map(({ pattern }) => pattern).filter((pattern) => pattern !== '*')
    const codes = patterns.map((pattern) => pattern.replace(/^\*\./, 'Server.').replaceAll('*', 'x'))
    expect(codes.filter((code) => failureOf(code) === 'other')).toEqual([])
    expect(['breaker_open', 'not_asked', 'cancelled', 'worker_died', 'timed_out'].map(failureOf)).toEqual([
      ...['breaker', 'breaker', 'cancelled', 'worker', 'worker'],
    ])
    expect(failureOf('internal_error')).toBe('other')
  })
})
