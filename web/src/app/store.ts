/** The smallest store there is: a value that can be watched, inside React and out. */
import { useSyncExternalStore } from 'react'

/** A value with those who watch it. */
export interface Store<T> {
  get(): T
  set(value: T): void
  watch(listener: () => void): () => void
}

/** Makes a store. */
export function store<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value, and a new drawing whenever it changes. */
export function useStore<T>({ watch, get }: Store<T>): T {
  return useSyncExternalStore(watch, get)
}
