/** Builds the conditions of a list with their values; the texts come only from the code, values are parameters. */

/** The condition of a list with its values. */
export interface Narrowed {
  /** `where …`, or an empty text. */
  readonly where: string
  readonly values: readonly unknown[]
}

/** Collects conditions. */
export class Conditions {
  readonly #texts: string[] = []
  readonly #values: unknown[] = []

  /** Adds a condition with a value, and passes its parameter. */
  add(value: unknown, text: (parameter: string) => string): this {
    this.#texts.push(text(this.parameter(value)))
    return this
  }

  /** Adds a condition if the value is present. */
  addIf<T>(value: T | undefined, text: (parameter: string) => string): this {
    return value === undefined ? this : this.add(value, text)
  }

  /** Adds a condition whose values already have parameters. */
  require(text: string): this {
    this.#texts.push(text)
    return this
  }

  /** Adds a parameter for a value. */
  parameter(value: unknown): string {
    return `$${this.#values.push(value)}`
  }

  /** The collected conditions. */
  get narrowed(): Narrowed {
    const where = this.#texts.length === 0 ? '' : `where ${this.#texts.join(' and ')}`
    return { where, values: [...this.#values] }
  }
}
