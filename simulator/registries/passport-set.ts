/** A passport as the registries identify it: `pasSerial` is '' if the document has none (a card). */
export interface Passport {
  readonly passType: string
  readonly pasSerial: string
  readonly pasNumber: string
}

const compactNumber = /^[0-9]{1,9}$/

/**
 * A compact register of passports, for millions of them: documents of one type, serial and length share a set of small integers (about 25
 * bytes per document); the few with non-numeric numbers are kept as text.
 */
export class PassportSet {
  readonly #numbers = new Map<string, Set<number>>()
  readonly #others = new Set<string>()
  #size = 0

  /** The number of different passports. */
  get size(): number {
    return this.#size
  }

  /** Adds a passport; does nothing if it is already there. */
  add(passport: Passport): void {
    const group = groupOf(passport)
    if (!compactNumber.test(passport.pasNumber)) {
      const before = this.#others.size
      this.#others.add(group + passport.pasNumber)
      this.#size += this.#others.size - before
      return
    }
    let numbers = this.#numbers.get(group)
    if (numbers === undefined) {
      numbers = new Set()
      this.#numbers.set(group, numbers)
    }
    const before = numbers.size
    numbers.add(Number(passport.pasNumber))
    this.#size += numbers.size - before
  }

  /** Removes a passport; false if it was not there. */
  delete(passport: Passport): boolean {
    const group = groupOf(passport)
    const was = compactNumber.test(passport.pasNumber)
      ? (this.#numbers.get(group)?.delete(Number(passport.pasNumber)) ?? false)
      : this.#others.delete(group + passport.pasNumber)
    if (was) this.#size -= 1
    return was
  }

  /** Whether exactly this passport is in the register: leading zeros, case and alphabet matter. */
  has(passport: Passport): boolean {
    const group = groupOf(passport)
    if (!compactNumber.test(passport.pasNumber)) return this.#others.has(group + passport.pasNumber)
    return this.#numbers.get(group)?.has(Number(passport.pasNumber)) ?? false
  }
}

/** Includes the length, so that 012345 and 12345 are two documents. */
function groupOf(passport: Passport): string {
  return `${passport.passType}\n${passport.pasSerial}\n${passport.pasNumber.length}\n`
}
