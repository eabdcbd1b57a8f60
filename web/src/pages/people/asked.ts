/**
 * Searches by numbers and names. They are personal: never in an address, and not on the disk either. The browser's history holds a key,
 * by which going back finds the search again as long as the tab lives and the same person is signed in.
 */
import { session } from '../../session/token.ts'
import type { Asked } from './looks.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The key of a search. */
    asked?: string | undefined
  }
}

const kept = new Map<string, Asked>()
session.watch(() => kept.clear())

/** Keeps a search; its key tells nothing of it. */
export function keepAsked(asked: Asked): string {
  const key = crypto.randomUUID()
  kept.set(key, asked)
  return key
}

/** The search of a key; undefined where it is kept no more. */
export function askedOf(key: string | undefined): Asked | undefined {
  return key === undefined ? undefined : kept.get(key)
}
