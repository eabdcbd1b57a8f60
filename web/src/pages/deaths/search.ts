/** The filters of the list of acts of death in the URL. */
import { placeIn, type RawSearch, wordIn } from '../../app/search.ts'

/** How certain a candidate is. */
export const ZONES = ['WHITE', 'GREY'] as const

/** The filters. Persons are the default. */
interface DeathsSearch {
  readonly kind?: 'party' | undefined
  readonly zone?: (typeof ZONES)[number] | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Parses the filters. */
export function deathsSearch(search: RawSearch): DeathsSearch {
  return { kind: wordIn(search, 'kind', ['party']), zone: wordIn(search, 'zone', ZONES), ...placeIn(search) }
}
