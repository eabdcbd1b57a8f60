import { InvalidArgumentError } from 'commander'
import { FEWEST_VISIBLE, readReason } from '../audit/reason.ts'

/** Parses a whole number within bounds; anything else is a usage error. */
export function wholeNumber(from: number, to: number = Number.MAX_SAFE_INTEGER): (raw: string) => number {
  return (raw) => {
    const value = Number(raw)
    if (/^\d{1,16}$/.test(raw) && value >= from && value <= to) return value
    const bounds = to === Number.MAX_SAFE_INTEGER ? `at least ${from}` : `from ${from} to ${to}`
    throw new InvalidArgumentError(`It must be a whole number, ${bounds}.`)
  }
}

/** Parses an id; anything but a uuid is a usage error. */
export function uuid(raw: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(raw)) return raw.toLowerCase()
  throw new InvalidArgumentError('It must be an id such as 0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11.')
}

/** Parses a reason. */
export function reason(raw: string): string {
  const read = readReason(raw)
  if ('reason' in read) return read.reason
  throw new InvalidArgumentError(
    `A reason needs at least ${FEWEST_VISIBLE} visible characters; this one has ${read.visible}.`,
  )
}
