/**
 * What a run's traces look like (docs/tracing.md). A run is a small trace: its tick, itself, the part of each worker in it, and what
 * befell it. Each batch is a trace of its own, linked to the run: a trace of millions of spans could be neither kept nor shown.
 *
 * Ids are not stored but derived, so that workers on several machines meet in one trace without knowing of each other: the trace of
 * a run has the run's id, without dashes, that of a batch the token of its claims; the root has the last half of it for its own id.
 */
import type { Facts, NewSpan, Place, Tracing } from './tracing.ts'
import { spanTime } from './tracing.ts'

/** A run, as its spans tell of it. */
export interface TracedRun {
  readonly id: string
  readonly process: string
  readonly cause: string
  readonly started_at: string
}

/** The place of what has this UUID. */
export function placeOf(uuid: string): Place {
  const traceId = uuid.replaceAll('-', '').toLowerCase()
  return { traceId, spanId: traceId.slice(16) }
}

/** The place of the tick that began a run; nothing had the run's id before there was the run. */
export function placeOfTick(runId: string): Place {
  const { traceId } = placeOf(runId)
  return { traceId, spanId: traceId.slice(0, 16) }
}

/** What every span about a run says. */
export function factsOf({ id, process }: Pick<TracedRun, 'id' | 'process'>): Facts {
  return { run: id, process }
}

/** A tick came, or subjects were triggered, and a run began. */
export function traceTick(tracing: Tracing, run: TracedRun, since: number): void {
  const facts = { ...factsOf(run), cause: run.cause }
  tracing.begin({ name: 'tick', at: placeOfTick(run.id), facts, since }).end()
}

/** A run is over. Told by the one who ended it, so once in the whole cluster, with the time at which it began, wherever that was. */
export function traceRunEnd(tracing: Tracing, run: TracedRun, state: string): void {
  if (!tracing.isOn) return
  const hasTick = run.cause === 'schedule' || run.cause === 'trigger'
  const span: NewSpan = {
    name: 'run',
    at: placeOf(run.id),
    ...(hasTick ? { under: placeOfTick(run.id) } : {}),
    facts: { ...factsOf(run), cause: run.cause, state },
    since: Math.min(new Date(run.started_at).getTime() || spanTime(), spanTime()),
  }
  const begun = tracing.begin(span)
  if (state === 'failed') begun.fail('worker_lost')
  begun.end()
}

/** What a sweep took over from workers that died. */
export function traceTakeOver(
  tracing: Tracing,
  worker: string,
  { deadWorkers, givenBack }: { deadWorkers: number; givenBack: number },
  since: number,
): void {
  if (deadWorkers === 0) return
  const counts = { dead_workers: deadWorkers, given_back: givenBack }
  tracing.begin({ name: 'take-over', facts: { worker, counts }, since }).end()
}

/** A worker's lease was found out. */
export function traceLeaseLost(tracing: Tracing, worker: string): void {
  const span = tracing.begin({ name: 'lease lost', facts: { worker } })
  span.fail('lease_lost')
  span.end()
}
