import type { Delay } from './schema.ts'

/** Maps two random numbers in [0, 1) to a delay in milliseconds of a distribution. */
export function faultDelay(delay: Delay, one: number, other: number): number {
  switch (delay.distribution) {
    case 'fixed':
      return delay.ms
    case 'uniform':
      return delay.min_ms + (delay.max_ms - delay.min_ms) * one
    case 'exponential':
      return bounded(-delay.mean_ms * Math.log(1 - one), delay.max_ms)
    case 'lognormal':
      return bounded(delay.median_ms * Math.exp(delay.sigma * normal(one, other)), delay.max_ms)
  }
}

/** The Box-Muller transform. */
function normal(one: number, other: number): number {
  return Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other)
}

function bounded(milliseconds: number, max: number | undefined): number {
  return Math.min(milliseconds, max ?? 3_600_000)
}
