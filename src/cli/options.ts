import { InvalidArgumentError } from 'commander'

/** Reads an option's whole number within bounds; anything else is wrong usage. */
export function wholeNumber(from: number, to: number = Number.MAX_SAFE_INTEGER): (raw: string) => number {
  return (raw) => {
    const value = Number(raw)
    if (/^\d{1,16}$/.test(raw) && value >= from && value <= to) return value
    const bounds = to === Number.MAX_SAFE_INTEGER ? `at least ${from}` : `from ${from} to ${to}`
    throw new InvalidArgumentError(`It must be a whole number, ${bounds}.`)
  }
}
