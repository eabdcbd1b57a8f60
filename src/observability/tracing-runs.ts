/**
 * The structure of a run's traces (docs/tracing.md). A run is a small trace: its tick, the run, each worker's part, and its problems. Each
 * batch is a separate trace, linked to the run, because a trace of millions of spans could not be stored or shown.
 *
 * Ids are derived, not stored, so that workers on several machines share a trace without coordination: a run's trace id is the run's id
 * without dashes, a batch's is the token of its claims; the root span's id is its last half.
 */
import type { Facts, NewSpan, SpanPlace, Tracing } from './tracing.ts'
import { spanTime } from './tracing.ts'

/** A run, for its spans. */
export interface TracedRun {
  readonly id: string
  readonly process: string
  readonly cause: string
  readonly started_at: string
}

/** The trace and span id derived from this UUID. */
export function placeOf(uuid: string): SpanPlace {
  const traceId = uuid.replaceAll('-', '').toLowerCase()
  return { traceId, spanId: traceId.slice(16) }
}

/** The ids of the tick that started a run; it uses the run's id, which nothing had before. */
function placeOfTick(runId: string): SpanPlace {
  const { traceId } = placeOf(runId)
  return { traceId, spanId: traceId.slice(0, 16) }
}

/** The common attributes of spans about a run. */
export function factsOf({ id, process }: Pick<TracedRun, 'id' | 'process'>): Facts {
  return { run: id, process }
}

/** A tick or a trigger started a run. */
export function traceTick(tracing: Tracing, run: TracedRun, since: number): void {
  const facts = { ...factsOf(run), cause: run.cause }
  tracing.begin({ name: 'tick', at: placeOfTick(run.id), facts, since }).end()
}

/** A run ended. The process that ended it records it, so once in the whole cluster, with the run's start time. */
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

/** The claims that a sweep took over from dead workers. */
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

/** A worker's lease expired. */
export function traceLeaseLost(tracing: Tracing, worker: string): void {
  const span = tracing.begin({ name: 'lease lost', facts: { worker } })
  span.fail('lease_lost')
  span.end()
}
