/** Builds the conditions of a list with their values; the texts come only from the code, values are parameters. */

/** What a list is narrowed to. */
export interface Narrowed {
  /** `where …`, or nothing. */
  readonly where: string
  readonly values: readonly unknown[]
}

/** Gathers conditions. */
export class Conditions {
  readonly #texts: string[] = []
  readonly #values: unknown[] = []

  /** Adds a condition of a value, whose parameter it is given. */
  add(value: unknown, text: (parameter: string) => string): this {
    this.#texts.push(text(this.parameter(value)))
    return this
  }

  /** Adds one of a value that may be absent: then nothing is asked. */
  addIf<T>(value: T | undefined, text: (parameter: string) => string): this {
    return value === undefined ? this : this.add(value, text)
  }

  /** Adds a condition whose values have parameters already. */
  require(text: string): this {
    this.#texts.push(text)
    return this
  }

  /** A parameter for a value. */
  parameter(value: unknown): string {
    return `$${this.#values.push(value)}`
  }

  /** What was gathered. */
  get narrowed(): Narrowed {
    const where = this.#texts.length === 0 ? '' : `where ${this.#texts.join(' and ')}`
    return { where, values: [...this.#values] }
  }
}
