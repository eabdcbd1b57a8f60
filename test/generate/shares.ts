import { expect } from 'vitest'

/** Fails if the share deviates by more than five standard deviations. */
export function expectShare(part: number, whole: number, share: number, what: string): void {
  const tolerance = 5 * Math.sqrt((share * (1 - share)) / whole)
  expect(Math.abs(part / whole - share), `${what}: ${part} of ${whole}`).toBeLessThanOrEqual(tolerance)
}
