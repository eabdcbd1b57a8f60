/**
 * A wrapper for personal data that does not print it. Log lines, error texts, template strings, JSON and the inspector all show `***`;
 * `reveal` is the only way to the value, so that every use can be found by name.
 */
import { inspect } from 'node:util'

const mask = '***'

let read: <T>(sensitive: Sensitive<T>) => T

/** A value that always prints as `***`. */
export class Sensitive<T> {
  readonly #value: T

  static {
    read = (sensitive) => sensitive.#value
  }

  constructor(value: T) {
    this.#value = value
  }

  toString(): '***' {
    return mask
  }

  toJSON(): '***' {
    return mask
  }

  [inspect.custom](): '***' {
    return mask
  }
}

/** The value inside, for the one place that sends or stores it. */
export function reveal<T>(sensitive: Sensitive<T>): T {
  return read(sensitive)
}
