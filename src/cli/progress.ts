import { SingleBar } from 'cli-progress'
import { duration, number } from './words.ts'

/** The progress of the work; `total` may become known or change. */
interface ProgressState {
  readonly done: number
  readonly total?: number | undefined
  readonly outcomes?: Readonly<Record<string, number>>
}

/** Shows progress on standard error. */
export interface Progress {
  update(state: ProgressState): void
  /** Keeps the last state visible and ends the display. */
  stop(): void
}

/** Options of the display; tests replace the clock and the stream. */
interface ProgressOptions {
  /** What is being done, e.g. `importing persons`. */
  readonly label: string
  /** `--quiet`: nothing is shown. */
  readonly quiet?: boolean
  readonly to?: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly now?: () => number
}

const plainEveryMs = 5000
const windowMs = 15_000
const barWidth = 24

/** Starts a display: a bar on a terminal, otherwise a line every few seconds, nothing if quiet. */
export function startProgress({
  label,
  quiet = false,
  to = process.stderr,
  now = Date.now,
}: ProgressOptions): Progress {
  if (quiet) return { update() {}, stop() {} }
  const pace = createPace(now)
  return to.isTTY ? bar(label, to, pace) : plainLines(label, to, pace, now)
}

/** A state as text: counts, rate, outcomes, time left. */
function describe({ done, total, outcomes = {} }: ProgressState, rate: number): string {
  const parts = [
    total === undefined ? number(done) : `${number(done)} of ${number(total)}`,
    `${number(Math.round(rate))}/s`,
    ...Object.entries(outcomes).flatMap(([name, count]) =>
      count === 0 ? [] : [`${name.replaceAll('_', ' ')} ${number(count)}`],
    ),
  ]
  if (total !== undefined && total > done && rate > 0) parts.push(`${duration((total - done) / rate)} left`)
  return parts.join(', ')
}

type Pace = (done: number) => number

/** Computes the rate of the last 15 seconds, so that the time left follows a registry that becomes slow. */
function createPace(now: () => number): Pace {
  const samples: { at: number; done: number }[] = [{ at: now(), done: 0 }]
  return (done) => {
    const at = now()
    const last = samples.at(-1)
    if (last === undefined || at - last.at >= 250) samples.push({ at, done })
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= windowMs) samples.shift()
    const from = samples[0]
    return from === undefined || at <= from.at ? 0 : ((done - from.done) * 1000) / (at - from.at)
  }
}

function plainLines(label: string, to: NodeJS.WritableStream, pace: Pace, now: () => number): Progress {
  let printedAt = now()
  let last: { state: ProgressState; isPrinted: boolean } | undefined
  const print = (state: ProgressState, rate: number) => to.write(`${label}: ${describe(state, rate)}\n`)
  return {
    update(state) {
      const rate = pace(state.done)
      const isPrinted = now() - printedAt >= plainEveryMs
      last = { state, isPrinted }
      if (!isPrinted) return
      printedAt = now()
      print(state, rate)
    },
    stop() {
      if (last && !last.isPrinted) print(last.state, pace(last.state.done))
    },
  }
}

function bar(label: string, to: NodeJS.WritableStream, pace: Pace): Progress {
  // The cursor and line wrapping stay unchanged, because after a second Ctrl-C nothing would restore them.
  const display = new SingleBar({
    stream: to,
    hideCursor: null,
    linewrap: true,
    fps: 8,
    gracefulExit: false,
    format: (_options, { progress }, { words, isMeasured }: { words: string; isMeasured: boolean }) =>
      isMeasured ? `${label} ${drawn(progress)} ${Math.floor(progress * 100)}%  ${words}` : `${label}  ${words}`,
  })
  display.start(1, 0, { words: '', isMeasured: false })
  return {
    update(state) {
      const isMeasured = state.total !== undefined && state.total > 0
      display.setTotal(Math.max(state.total ?? state.done, 1))
      display.update(Math.min(state.done, display.getTotal()), { words: describe(state, pace(state.done)), isMeasured })
    },
    stop: () => display.stop(),
  }
}

function drawn(progress: number): string {
  const full = Math.round(Math.min(Math.max(progress, 0), 1) * barWidth)
  return '█'.repeat(full) + '░'.repeat(barWidth - full)
}
