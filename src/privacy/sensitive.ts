/**
 * Personal data in a wrapper that does not print. A log line, an error text, a template string, JSON and the inspector all show `***`;
 * `reveal` is the only way back to the value, so that every place that unwraps can be found by its name.
 */
import { inspect } from 'node:util'

const mask = '***'

let read: <T>(sensitive: Sensitive<T>) => T

/** A value that never shows itself: whatever prints it shows `***`. */
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
