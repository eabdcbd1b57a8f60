/** A registry that answers when it is told to, and an engine that claims when it may. */
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import { until } from '../support/until.ts'
import { type Hooks, Stop } from './watched.ts'

export interface Call {
  readonly question: unknown
  readonly resolve: (answer: RegistryAnswer) => void
}

/** Keeps the calls until a test takes them. */
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

  /** All calls, once there are so many. */
  take(count: number): Promise<Call[]> {
    const arrived = async () => this.#calls.length >= count && this.#calls.splice(0)
    return until(`${count} calls`, arrived)
  }
}

/** After each claim the next one has to wait until the test has done with the one before. */
export class Gate {
  #stop: Stop | undefined
  #isOff = false

  readonly hooks: Hooks = {
    before: (statement) => (statement.name === 'state for claim' ? this.#stop?.here(statement) : undefined),
    after: ({ name }, rows) => {
      if (name.startsWith('claim ') && rows.length > 0 && !this.#isOff) this.#stop = new Stop()
    },
  }

  /** The engine has claimed, and stands before the next claim. */
  async closed(): Promise<void> {
    await until('a claim', async () => this.#stop !== undefined)
    await this.#stop?.reached
  }

  open(): void {
    const stop = this.#stop
    this.#stop = undefined
    stop?.release()
  }

  /** Open for good. */
  takeAway(): void {
    this.#isOff = true
    this.open()
  }
}
