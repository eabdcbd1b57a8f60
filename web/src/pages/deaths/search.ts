/** The filters of the list of acts of death, as they stand in its address. */
import { placeIn, type RawSearch, wordIn } from '../../app/search.ts'

/** How sure a candidate is. */
export const ZONES = ['WHITE', 'GREY'] as const

/** The filters. Persons are shown where nothing else is asked for. */
export interface DeathsSearch {
  readonly kind?: 'party' | undefined
  readonly zone?: (typeof ZONES)[number] | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Reads them. */
export function deathsSearch(search: RawSearch): DeathsSearch {
  return { kind: wordIn(search, 'kind', ['party']), zone: wordIn(search, 'zone', ZONES), ...placeIn(search) }
}
