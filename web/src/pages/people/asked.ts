/**
 * Searches by numbers and names. They are personal, so they are neither in a URL nor on disk. The browser's history contains a key; going
 * back finds the search again while the tab is open and the same user is signed in.
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

/** Stores a search and returns its key, which reveals nothing. */
export function keepAsked(asked: Asked): string {
  const key = crypto.randomUUID()
  kept.set(key, asked)
  return key
}

/** The search with this key; undefined if it is no longer stored. */
export function askedOf(key: string | undefined): Asked | undefined {
  return key === undefined ? undefined : kept.get(key)
}
