/**
 * Checks that followers of a stream still have access: their tokens are looked up together, with one statement per second for the whole
 * process.
 */
import type { Principal } from '../../access/principal.ts'
import type { Authenticate } from '../enforce.ts'

const CHECK_MILLISECONDS = 1000

interface Check {
  readonly until: number
  readonly tokens: ReadonlySet<string>
  readonly found: Promise<ReadonlyMap<string, Principal>>
}

/** A follower of one stream. */
export interface Follower {
  /** The principal of the token, at most a second old; undefined: the token is no longer valid. */
  find(): Promise<Principal | undefined>
  end(): void
}

/** All followers of streams in this process. */
export class Followers {
  readonly #authenticate: Authenticate
  readonly #streams = new Map<string, number>()
  #last: Check | undefined

  constructor(authenticate: Authenticate) {
    this.#authenticate = authenticate
  }

  /** Starts to follow, with a token that was just found to belong to this principal. */
  follow(token: string, principal: Principal): Follower {
    const freshUntil = performance.now() + CHECK_MILLISECONDS
    this.#count(token, 1)
    return {
      find: async () => (performance.now() < freshUntil ? principal : (await this.#check(token)).get(token)),
      end: () => this.#count(token, -1),
    }
  }

  #check(token: string): Check['found'] {
    const now = performance.now()
    if (this.#last === undefined || this.#last.until <= now || !this.#last.tokens.has(token)) {
      const tokens = new Set(this.#streams.keys())
      this.#last = { until: now + CHECK_MILLISECONDS, tokens, found: this.#authenticate.all([...tokens]) }
    }
    return this.#last.found
  }

  #count(token: string, change: number): void {
    const streams = (this.#streams.get(token) ?? 0) + change
    if (streams > 0) this.#streams.set(token, streams)
    else this.#streams.delete(token)
  }
}
