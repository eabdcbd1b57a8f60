/** The filters of the list of events in the URL. */
import { placeIn, type RawSearch, textIn } from '../../app/search.ts'
import { isId } from '../../ui/filter-field.tsx'

/** Entities that have events. */
export const ENTITY_TYPES = ['Person', 'Party', 'EmployeeRequest', 'Employee', 'Declaration', 'Contract'] as const
/** The types of events. */
export const EVENT_TYPES = ['StatusChangeEvent'] as const

/** The filters; the date is in Kyiv's time zone. */
export interface EventsSearch {
  readonly day?: string | undefined
  readonly type?: string | undefined
  readonly entityType?: string | undefined
  readonly entity?: string | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Parses the filters. */
export function eventsSearch(search: RawSearch): EventsSearch {
  const entity = textIn(search, 'entity')
  const day = textIn(search, 'day')
  return {
    day: day !== undefined && isDay(day) ? day : undefined,
    ...{ type: textIn(search, 'type'), entityType: textIn(search, 'entityType') },
    entity: entity !== undefined && isId(entity) ? entity.toLowerCase() : undefined,
    ...placeIn(search),
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
}
