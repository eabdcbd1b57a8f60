import { describe, expect, test } from 'vitest'
import { type Breakable, goodHistories } from './checker/good.ts'
import { check, rules } from './checker/index.ts'

/** The element of a list that a test needs. */
function get<T>(all: readonly T[], is: (one: T) => boolean): T {
  const found = all.find(is)
  if (found === undefined) throw new Error('there is none')
  return found
}

const dmsOf = (histories: Breakable, id: string) => {
  const subject = get(histories.subjects, (each) => each.id === id)
  return (more: object) => {
    const { dms_passport } = subject.streams
    subject.streams = { ...subject.streams, dms_passport: { ...dms_passport, ...more } as never }
  }
}
const entryOf = (histories: Breakable, id: string, step: string) =>
  get(histories.entries, (each) => each.subjectId === id && each.step === step)
const without = <T>(all: T[], one: T) => all.splice(all.indexOf(one), 1)

/** For each rule, histories that break it; they may break others too. */
const broken: Readonly<Record<string, Readonly<Record<string, (histories: Breakable) => void>>>> = {
  'nobody who is due is left, but who waits after an error that was counted': {
    'somebody triggered was forgotten': (it) =>
      dmsOf(it, 'd')({ status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED' }),
    'somebody waits though nothing failed': (it) =>
      dmsOf(it, 'd')({ status: 'VERIFICATION_NEEDED', reason: 'INITIAL', waitsUntil: 1 }),
  },
  'nothing is IN_REVIEW, and nothing is claimed': {
    'a row is in review': (it) => dmsOf(it, 'd')({ status: 'IN_REVIEW', reason: 'AUTO' }),
    'a claim is left': (it) => it.claims.push({ subjectId: 'd', stream: 'dms_passport' }),
  },
  'a row is what its last entry in the history made of it, so that nothing else changed it': {
    'an error changed a status': (it) => dmsOf(it, 'd')({ status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' }),
    'an error changed when it was synced': (it) => dmsOf(it, 'd')({ syncedAt: null }),
    'a row was written without history': (it) => without(it.entries, entryOf(it, 'a', '4')),
  },
  'a row is linked to what was found, and to nothing else': {
    'a link is missing': (it) => dmsOf(it, 'a')({ dataId: null }),
    'a link is too many': (it) => dmsOf(it, 'd')({ dataId: 'row' }),
  },
  'the cumulative status is what the streams imply': {
    'it is another': (it) => {
      get(it.subjects, ({ id }) => id === 'b').cumulative = 'VERIFIED'
    },
  },
  'no two messages have one id': {
    'an id was used again': (it) => it.calls.push({ ...get(it.calls, () => true), outcome: 'hang' }),
  },
  'an answer was written once at most': {
    'it was written again': (it) => it.entries.push({ ...entryOf(it, 'a', '4'), id: 1000 }),
    'it settled two': (it) => it.entries.push({ ...entryOf(it, 'a', '4'), id: 1000, subjectId: 'b' }),
  },
  'each result is what the registry answered, about a document of the subject': {
    'the registry had answered otherwise': (it) => {
      get(it.calls, ({ outcome }) => outcome === 'status_1').outcome = 'status_0'
    },
    'the registry had not answered': (it) => {
      get(it.calls, ({ outcome }) => outcome === 'status_0').outcome = 'hang'
    },
    'no call was made': (it) => {
      entryOf(it, 'd', '5').messageId = null
    },
    'another service was called': (it) => {
      get(it.calls, ({ outcome }) => outcome === 'status_1').service = 'CheckPassportStatus'
    },
    'the answer means something else': (it) => {
      entryOf(it, 'd', '5').reason = 'AUTO_NOT_LOST'
    },
    'the call was about another document': (it) => {
      get(it.calls, ({ outcome }) => outcome === 'status_0').question = 'АБ000001'
    },
    'it was written before the call': (it) => {
      entryOf(it, 'd', '5').at -= 2000
    },
    'somebody was reached who never held it': (it) => {
      entryOf(it, 'b', '4.1').subjectId = 'd'
    },
  },
  'a result that came after its worker had lost its lease was refused': {
    'it was written all the same': (it) => {
      get(it.workers, ({ id }) => id === 'w2').endedAt = get(it.runs, ({ id }) => id === 'r2').startedAt + 1500
    },
  },
  'a document that was found reached everybody who held it (4.1, 4.2)': {
    'another person was left out': (it) => without(it.entries, entryOf(it, 'b', '4.1')),
    'a party was left out': (it) => without(it.entries, entryOf(it, 'c', '4.2')),
  },
  'no two events in a row tell the same of one subject': {
    'one was written twice': (it) => it.events.push({ ...get(it.events, ({ entityId }) => entityId === 'a') }),
  },
  'the last event is the current status': {
    'the last is missing': (it) => it.events.pop(),
  },
  'events are the changes of the cumulative status that the history makes, each once': {
    'one is missing': (it) =>
      without(
        it.events,
        get(it.events, ({ entityId }) => entityId === 'b'),
      ),
    'a change and its undoing were told that never were': (it) => {
      const last = get(it.events, ({ entityId }) => entityId === 'a')
      it.events.push({ ...last, at: last.at + 1, value: 'VERIFIED' }, { ...last, at: last.at + 2 })
    },
  },
  'every run is over': {
    'one goes on for ever': (it) => {
      Object.assign(
        get(it.runs, ({ id }) => id === 'r2'),
        { endedAt: null, state: 'running' },
      )
    },
  },
  'no two runs of a process overlap': {
    'the second began too early': (it) => {
      get(it.runs, ({ id }) => id === 'r2').startedAt = get(it.runs, ({ id }) => id === 'r1').startedAt + 100
    },
  },
  'a tick started one run at most, and every run of the schedule has its tick': {
    'a tick is there twice': (it) => it.ticks.push({ ...get(it.ticks, ({ runId }) => runId === 'r1'), runId: 'r2' }),
    'a run has two ticks': (it) =>
      it.ticks.push({ process: 'dms_passport/person', time: 1, outcome: 'started', runId: 'r1' }),
    'a run has none': (it) => it.ticks.pop(),
    'a tick started nothing and says it did': (it) => {
      get(it.ticks, ({ outcome }) => outcome === 'first').outcome = 'started'
    },
  },
  "a run's counts are what the history holds of it": Object.fromEntries(
    (['verified', 'notVerified', 'notNeeded', 'incorrect', 'propagated'] as const).map((count) => [
      `${count} is one too many`,
      (it: Breakable) => {
        const part = get(get(it.runs, ({ id }) => id === 'r1').parts, () => true)
        Object.assign(part, { [count]: part[count] + 1, claimed: part.claimed + 1 })
      },
    ]),
  ),
  'technical errors are counted by kind as well': {
    'a kind is missing': (it) => {
      get(it.runs, ({ id }) => id === 'r1').errors = 0
    },
  },
  'all that a worker claimed is accounted for; of one that died, what was edited meanwhile may be missing': {
    'a living worker lost somebody': (it) => {
      Object.assign(
        get(get(it.runs, ({ id }) => id === 'r2').parts, () => true),
        { claimed: 2 },
      )
    },
    'a dead one gave back more than it had': (it) => {
      Object.assign(
        get(get(it.runs, ({ id }) => id === 'r1').parts, () => true),
        { givenBack: 2 },
      )
    },
  },
  "a dead worker's claims are with others within lease + 5 s": {
    'they were with it for longer': (it) => {
      get(it.workers, ({ id }) => id === 'w1').endedAt = get(it.workers, ({ id }) => id === 'w1').leaseUntil + 16_000
    },
    'they are still with it': (it) => {
      get(it.workers, ({ id }) => id === 'w1').endedAt = null
    },
  },
  "after the database's return every worker is at work within 5 s": {
    'one took longer': (it) => it.journal.returns.push({ at: 0, pid: 1, milliseconds: 16_000 }),
    'one never came back': (it) => it.journal.returns.push({ at: 0, pid: 1, milliseconds: undefined }),
  },
}

describe('the checker', () => {
  test('finds nothing if nothing is wrong', () => {
    expect(check(goodHistories())).toEqual([])
  })

  test('has for each rule histories that violate it', () => {
    expect(Object.keys(broken).toSorted()).toEqual(rules.map(({ name }) => name).toSorted())
  })

  const cases = Object.entries(broken).flatMap(([rule, all]) =>
    Object.entries(all).map(([what, breakIt]) => [rule, what, breakIt] as const),
  )
  test.each(cases)('finds against "%s" that %s', (rule, _, breakIt) => {
    const histories = goodHistories()
    breakIt(histories)
    expect(rules.find(({ name }) => name === rule)?.find(histories)).not.toEqual([])
  })

  test('does not count database outages or machine overload, and counts overlapping ones once', () => {
    const histories = goodHistories()
    const dead = get(histories.workers, ({ id }) => id === 'w1')
    dead.endedAt = dead.leaseUntil + 26_000
    const rule = rules.find(({ name }) => name.startsWith("a dead worker's"))
    histories.journal.databaseAway = [{ from: dead.leaseUntil + 1000, until: dead.leaseUntil + 5000 }]
    histories.journal.machineBusy = [{ from: dead.leaseUntil + 1000, until: dead.leaseUntil + 5000 }]
    expect(rule?.find(histories)).toHaveLength(1)
    histories.journal.machineBusy = [{ from: dead.leaseUntil + 4000, until: dead.leaseUntil + 9000 }]
    expect(rule?.find(histories)).toEqual([])
  })

  test('excuses subjects who were in review, changed, or removed meanwhile, and other spellings of a booklet', () => {
    const histories = goodHistories()
    const reached = entryOf(histories, 'b', '4.1')
    Object.assign(reached, { step: '1.1', at: reached.at + 10, messageId: null })
    get(get(histories.subjects, ({ id }) => id === 'c').documents, () => true).number = 'аб000001'
    const rule = rules.find(({ name }) => name.startsWith('a document that was found reached'))
    expect(rule?.find(histories)).toEqual([])
    reached.at -= 20
    expect(rule?.find(histories)).toHaveLength(1)
    histories.journal.switched = new Set(['b'])
    expect(rule?.find(histories)).toEqual([])
  })
})
