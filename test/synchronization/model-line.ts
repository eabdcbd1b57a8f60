/** The queue of the reference model: who is due for a run, in which order (spec 2.2, 2.6). */
import {
  type Clock,
  DAY,
  isChecked,
  type ModelRun,
  type ModelStream,
  type ModelSubject,
  type Moment,
  streamOf,
  waitingTime,
} from './model-parts.ts'

interface InLine {
  readonly subject: ModelSubject
  readonly state: ModelStream
}

/** The due subjects, in order. */
export function linedUp(subjects: readonly ModelSubject[], clock: Clock, run: ModelRun): ModelSubject[] {
  const { kind, stream } = run.process
  const open = subjects
    .filter((subject) => subject.kind === kind && isChecked(subject))
    .map((subject): InLine => ({ subject, state: streamOf(subject, stream) }))
    .filter(({ state }) => isDue(state, clock))
  const waits = ({ state }: InLine) => state.failedAt !== null && !waitIsOver(state, clock, run)
  const isTriggered = ({ state: { status, reason } }: InLine) =>
    reason === 'ONLINE_TRIGGERED' && status === 'VERIFICATION_NEEDED'
  const triggered = open
    .filter((each) => isTriggered(each) && !waits(each))
    .filter(({ state }) => !run.onlyTriggered || (state.triggered ?? -1) < run.started)
  const due = open.filter((each) => !isTriggered(each) && !waits(each))
  const waiting = open.filter((each) => waits(each) && (each.state.failedAt ?? 0) < run.started)
  const inLine = [
    ...ordered(triggered, clock, ({ triggered: at }) => at),
    ...(run.onlyTriggered ? [] : ordered(due, clock, ({ synced }) => synced)),
    ...(run.onlyTriggered || !run.takesWaiting ? [] : ordered(waiting, clock, ({ failedAt }) => failedAt, true)),
  ]
  return inLine.map(({ subject }) => subject)
}

/** Whether a subject's wait was over when the run began. */
export function waitIsOver({ failedAt, failures }: ModelStream, clock: Clock, run: ModelRun): boolean {
  return failedAt !== null && clock.at(failedAt) + waitingTime(failures) <= clock.at(run.started)
}

function isDue({ status, synced }: ModelStream, clock: Clock): boolean {
  const isOpen = status === 'VERIFICATION_NEEDED' || status === 'VERIFIED'
  return isOpen && (synced === null || clock.at(synced) < Date.now() - 271 * DAY)
}

function ordered(
  line: InLine[],
  clock: Clock,
  momentOf: (state: ModelStream) => Moment | null,
  waits = false,
): InLine[] {
  const time = ({ state }: InLine) => clock.at(momentOf(state)) + (waits ? waitingTime(state.failures) : 0)
  return line.sort(
    (a, b) =>
      time(a) - time(b) ||
      (momentOf(a.state) ?? -1) - (momentOf(b.state) ?? -1) ||
      (a.subject.id < b.subject.id ? -1 : 1),
  )
}
