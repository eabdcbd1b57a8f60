import type { EventEmitter } from 'node:events'
import { exitCode } from './exit.ts'

/** Reports that the command should stop. */
export interface Interrupt {
  /** Aborted at the first signal: finish or release open work, then end. */
  readonly signal: AbortSignal
  /** The signal; undefined while there was none. */
  readonly by: NodeJS.Signals | undefined
  /** Adds a synchronous action to run if a second Ctrl-C ends the process at once (kill a child). */
  atOnce(last: () => void): void
  close(): void
}

/** The source of signals and what they do; by default the process itself. */
interface InterruptOptions {
  readonly source?: EventEmitter
  readonly now?: () => number
  readonly exit?: (code: number) => void
  readonly onFirst?: (by: NodeJS.Signals) => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

// npm forwards the Ctrl-C that the terminal also sends to us: one press, two signals.
const samePressMs = 400

/** Listens for signals: the first asks to stop, a second Ctrl-C (or SIGTERM) ends at once with 130. */
export function watchInterrupts(options: InterruptOptions = {}): Interrupt {
  const { source = process, now = Date.now, exit = process.exit, onFirst } = options
  const controller = new AbortController()
  const lasts: (() => void)[] = []
  let first: { by: NodeJS.Signals; at: number } | undefined

  const handle = (by: NodeJS.Signals) => {
    if (first === undefined) {
      first = { by, at: now() }
      onFirst?.(by)
      controller.abort()
    } else if (now() - first.at >= samePressMs) {
      for (const last of lasts) last()
      exit(exitCode.interrupted)
    }
  }
  for (const signal of signals) source.on(signal, handle)

  return {
    signal: controller.signal,
    get by() {
      return first?.by
    },
    atOnce: (last) => {
      lasts.push(last)
    },
    close: () => {
      for (const signal of signals) source.off(signal, handle)
    },
  }
}
