/** The page has words in both languages for every explanation of a status that the API can give. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { EXPLANATIONS, type ExplanationMessage } from '../../src/messages/explanations.ts'
import { type Message, say } from '../../src/messages/messages.ts'
import { explainCumulative, explainStream } from '../../src/synchronization/explain.ts'
import type { StreamFacts } from '../../src/synchronization/explain-facts.ts'
import { CUMULATIVE_STATUSES } from '../../src/verification/cumulative.ts'
import { STREAM_STATUSES, STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { repository } from '../support/imports.ts'

/** A module of the page; its types belong to another program than the tests'. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
const load = async (path: string): Promise<any> => import(pathToFileURL(join(repository, 'web/src', path)).href)
const { sayIn } = await load('i18n/messages.ts')
const { peopleWords } = await load('pages/people/words.ts')

const NOW = new Date('2026-03-02T10:00:00Z')
const EARLIER = new Date('2026-03-02T09:00:00Z')
const LATER = new Date('2026-03-02T11:00:00Z')
const ID = '0b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10'
const STEPS = ['1.1', '4', '4.1', '4.2', '5', 'import', 'trigger', 'recheck', 'manual', '9.9'] as const
const PROCESS = [
  null,
  { run: null },
  { run: null, missingSetting: 'TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE' },
  ...[true, false].map((isTriggeredOnly) => ({ run: { id: ID, state: 'paused' as const, isTriggeredOnly } })),
]

function factsOf(kind: SubjectKind, given: Partial<StreamFacts>): StreamFacts {
  return {
    ...{ kind, stream: 'dms_passport', status: 'VERIFICATION_NEEDED', reason: 'AUTO', now: NOW },
    ...{
      isSubjectActive: true,
      triggeredAt: null,
      isLastInLine: false,
      waitsUntil: null,
      failures: 0,
      isAnswered: false,
      answer: null,
    },
    ...{ dueFrom: null, entry: null, heldBy: null, process: { run: null }, ...given },
  }
}

/** Facts that together produce every explanation. */
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
    for (const status of ['VERIFIED', 'VERIFICATION_NEEDED'] as const) {
      const entry = { step: '4', status, reason: 'AUTO' as const, at: EARLIER, runId: ID, messageId: ID, userId: ID }
      yield factsOf(kind, { stream, status, entry, isAnswered: true })
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

/** Every message that an explanation can have. */
function everyMessage(): ExplanationMessage[] {
  return (['person', 'party'] as const).flatMap((kind) =>
    [...allFacts(kind)].flatMap((facts) => {
      const { cause, before, next } = explainStream(facts)
      const cumulative = CUMULATIVE_STATUSES.flatMap((status) => explainCumulative(kind, status, [facts, facts]))
      return [...cause.why, ...(before?.cause.why ?? []), ...next, ...cumulative]
    }),
  )
}

/** In the API's form. */
const said = (message: Message) => ({ ...message, text: say([message]) })

describe('explanations', () => {
  const messages = everyMessage()

  test('use every code of the catalogue', () => {
    const used = new Set<string>(messages.map(({ code }) => code))
    expect(Object.keys(EXPLANATIONS).filter((code) => !used.has(code))).toEqual(['erased', 'no_verification'])
  })

  test('are complete in Ukrainian', () => {
    const allowed = /ID-картк|TREMBITA_[A-Z_]+|zvirka sync|worker-1\.internal|[\da-f]{8}/g
    const texts = new Set(messages.map((message) => sayIn([said(message)], 'uk')))
    expect([...texts].filter((text) => /[A-Za-z]{2}/.test(text.replaceAll(allowed, '')))).toEqual([])
  })

  test('have the expected content, in the page’s terms', () => {
    const at = '2026-03-02T11:00:00.000Z'
    expect(sayIn([said({ code: 'retry_after', params: { failures: 2, at } })], 'uk')).toMatch(
      /поспіль 2 рази\): повторять не раніше 02\.03\.2026, 13:00:00 за київським часом\./,
    )
    const because = (stream: string, status: string) => said({ code: 'because_stream_is', params: { stream, status } })
    expect(sayIn([because('unzr', 'NOT_VERIFIED'), because('nhs', 'IN_REVIEW')], 'en')).toBe(
      'UNZR is “Not verified”. NHS is “In review”.',
    )
  })

  test('that are newer than the page are shown in the API’s text', () => {
    expect(sayIn([{ code: 'from_the_future', params: {}, text: 'Something new happens.' }], 'uk')).toBe(
      'Something new happens.',
    )
    expect(sayIn([{ code: 'due_from', params: { since: 1 }, text: 'It is due again.' }], 'uk')).toBe('It is due again.')
  })

  test('have a text for every reason', () => {
    const type = createSchema().getType('VerificationReason')
    const reasons = type !== undefined && 'getValues' in type ? type.getValues().map(({ name }) => name) : []
    expect(Object.keys(peopleWords.uk.reason).toSorted()).toEqual(reasons.toSorted())
  })
})
