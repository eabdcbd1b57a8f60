/** A registry that answers when told to, and an engine that claims when allowed to. */
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import { until } from '../support/until.ts'
import { type Hooks, Stop } from './watched.ts'

export interface Call {
  readonly question: unknown
  readonly resolve: (answer: RegistryAnswer) => void
}

/** Holds the calls until a test takes them. */
export class SlowRegistry {
  #calls: Call[] = []

  ask = (question: unknown): Promise<RegistryAnswer> => {
    const { promise, resolve } = Promise.withResolvers<RegistryAnswer>()
    this.#calls.push({ question, resolve })
    return promise
  }

  get waiting(): number {
    return this.#calls.length
  }

  /** Takes all calls, once there are so many. */
  take(count: number): Promise<Call[]> {
    const arrived = async () => this.#calls.length >= count && this.#calls.splice(0)
    return until(`${count} calls`, arrived)
  }
}

/** After each claim the next one waits until the test has handled it. */
export class Gate {
  #stop: Stop | undefined
  #isOff = false

  readonly hooks: Hooks = {
    before: (statement) => (statement.name === 'state for claim' ? this.#stop?.here(statement) : undefined),
    after: ({ name }, rows) => {
      if (name.startsWith('claim ') && rows.length > 0 && !this.#isOff) this.#stop = new Stop()
    },
  }

  /** The engine has claimed, and waits before the next claim. */
  async closed(): Promise<void> {
    await until('a claim', async () => this.#stop !== undefined)
    await this.#stop?.reached
  }

  open(): void {
    const stop = this.#stop
    this.#stop = undefined
    stop?.release()
  }

  /** Opens it for good. */
  takeAway(): void {
    this.#isOff = true
    this.open()
  }
}
