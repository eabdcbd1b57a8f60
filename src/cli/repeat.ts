import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { throttled } from '../observability/throttle.ts'

/** Options of a periodic task. */
interface RepeatOptions {
  readonly signal: AbortSignal
  readonly log: Log
  readonly metrics: Metrics
}

/** Repeats a task until the signal; errors are logged and retried. */
export async function repeat(
  { signal, log, metrics }: RepeatOptions,
  reason: string,
  milliseconds: number,
  act: () => Promise<unknown>,
): Promise<void> {
  const warn = throttled(log.warn)
  metrics.expectDuty(reason)
  while (!signal.aborted) {
    try {
      await act()
      metrics.duty(reason, true)
    } catch (error) {
      if (signal.aborted) return
      metrics.duty(reason, false)
      warn({ error, reason }, 'a periodic task of the worker failed, retrying')
    }
    await delay(milliseconds, undefined, { signal }).catch(() => undefined)
  }
}
