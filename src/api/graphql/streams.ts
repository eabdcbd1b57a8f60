/** Streams of results (server-sent events): each ends when the server does, and reports its own errors. */

/** The streams of a server. */
export class Streams {
  readonly #ending = Promise.withResolvers<undefined>()
  #open = 0

  /** How many are open. */
  get open(): number {
    return this.#open
  }

  /** Ends all of them, and any that start later. */
  end(): void {
    this.#ending.resolve(undefined)
  }

  /** A stream whose results are converted by `tell`; an error is converted by `tellError` and ends it. */
  async *follow<Result>(
    results: AsyncIterable<Result>,
    tell: (result: Result) => Result,
    tellError: (error: unknown) => Result,
  ): AsyncGenerator<Result, void, void> {
    const iterator = results[Symbol.asyncIterator]()
    this.#open += 1
    try {
      for (;;) {
        const next = await Promise.race([iterator.next(), this.#ending.promise])
        if (next === undefined || next.done === true) return
        yield tell(next.value)
      }
    } catch (error) {
      yield tellError(error)
    } finally {
      this.#open -= 1
      // Not awaited: its current step may take a while.
      iterator.return?.().catch(() => undefined)
    }
  }
}
