/** A minimal store: a value that can be watched inside and outside React. */
import { useSyncExternalStore } from 'react'

/** A value with its watchers. */
interface Store<T> {
  get(): T
  set(value: T): void
  watch(listener: () => void): () => void
}

/** Creates a store. */
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

/** The value; the component is rendered again when it changes. */
export function useStore<T>({ watch, get }: Store<T>): T {
  return useSyncExternalStore(watch, get)
}
