/** Extracts the main thread's tasks from a browser trace. */

/** In milliseconds. A task's duration includes waiting for a core, its CPU time does not. */
export interface Figures {
  readonly longest: number
  readonly longestCpu: number
  /** Tasks longer than 50 ms. */
  readonly over: number
  readonly overCpu: number
  /** Total of all tasks. */
  readonly cpu: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

const LONG = 50

/** The figures of a trace with the category `disabled-by-default-devtools.timeline`. */
export function figuresOf(trace: Buffer): Figures {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { readonly traceEvents: readonly TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('the trace has no tasks of a page')
  const times = tasks.map(({ dur = 0 }) => dur / 1000)
  const cpus = tasks.map(({ tdur = 0 }) => tdur / 1000)
  return {
    longest: Math.max(...times),
    longestCpu: Math.max(...cpus),
    over: times.filter((each) => each > LONG).length,
    overCpu: cpus.filter((each) => each > LONG).length,
    cpu: cpus.reduce((sum, each) => sum + each, 0),
  }
}
