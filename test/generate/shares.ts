import { expect } from 'vitest'

/** Within five standard deviations of a draw of so many, or the figure is not what it should be. */
export function expectShare(part: number, whole: number, share: number, what: string): void {
  const tolerance = 5 * Math.sqrt((share * (1 - share)) / whole)
  expect(Math.abs(part / whole - share), `${what}: ${part} of ${whole}`).toBeLessThanOrEqual(tolerance)
}
