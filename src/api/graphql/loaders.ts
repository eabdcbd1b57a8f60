/** Batches what the fields of one request load: the documents of a hundred persons take one statement, not a hundred. */

import type { GraphqlContext } from './context.ts'

/** Reads the values of several keys; keys without a value are absent. */
type LoadMany<Key, Value> = (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>

interface Waiting<Value> {
  readonly resolve: (value: Value | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Reads each key once, with one statement for all keys of one turn of the event loop. */
export class Loader<Key, Value> {
  readonly #loadMany: LoadMany<Key, Value>
  readonly #known = new Map<Key, Promise<Value | undefined>>()
  #waiting = new Map<Key, Waiting<Value>>()

  constructor(loadMany: LoadMany<Key, Value>) {
    this.#loadMany = loadMany
  }

  /** The value of a key; undefined if there is none. */
  load(key: Key): Promise<Value | undefined> {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const { promise, resolve, reject } = Promise.withResolvers<Value | undefined>()
    this.#known.set(key, promise)
    if (this.#waiting.size === 0) setImmediate(() => void this.#dispatch())
    this.#waiting.set(key, { resolve, reject })
    return promise
  }

  async #dispatch(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    try {
      const values = await this.#loadMany([...waiting.keys()])
      for (const [key, { resolve }] of waiting) resolve(values.get(key))
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error)
    }
  }
}

/** The loaders of one request, each created on first use. */
export function perRequest<T extends object>(make: (context: GraphqlContext) => T) {
  const ofRequests = new WeakMap<GraphqlContext, T>()
  const find = (context: GraphqlContext): T => {
    const known = ofRequests.get(context) ?? make(context)
    ofRequests.set(context, known)
    return known
  }
  return Object.assign(find, { forget: (context: GraphqlContext) => void ofRequests.delete(context) })
}
