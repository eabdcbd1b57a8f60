const shown = 10

/** The problems of the registry files, each with its file and line. Never quotes a record: records are personal. */
export class RegistryFileError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[], total: number) {
    const more = total > problems.length ? `\n… and ${total - problems.length} more` : ''
    super(problems.join('\n') + more)
    this.name = 'RegistryFileError'
    this.problems = problems
  }
}

/** Collects the first problems of a file, so that its author sees several at once. */
export class Problems {
  readonly #file: string
  readonly #found: string[] = []
  #total = 0

  constructor(file: string) {
    this.#file = file
  }

  add(line: number, reason: string): void {
    this.#total += 1
    if (this.#found.length < shown) this.#found.push(`${this.#file}:${line}: ${reason}`)
  }

  /** Throws a `RegistryFileError` if there were problems. */
  throwIfAny(): void {
    if (this.#total > 0) throw new RegistryFileError(this.#found, this.#total)
  }
}
