/** The filters of the list of employee requests, as they stand in its address. What can name a person never does. */
import { placeIn, type RawSearch, textIn, wordIn } from '../../app/search.ts'
import { isId } from '../../ui/filter-field.tsx'

/** What becomes of a request. */
export const REQUEST_STATUSES = ['NEW', 'APPROVED', 'REJECTED', 'EXPIRED'] as const

/** The filters. */
export interface RequestsSearch {
  readonly status?: (typeof REQUEST_STATUSES)[number] | undefined
  /** The id of a legal entity. */
  readonly entity?: string | undefined
  /** Of a legal entity, and no one person's: see `isPublicCode`. */
  readonly edrpou?: string | undefined
  readonly noTaxId?: 'yes' | 'no' | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Whether a code is that of an organisation. A person in business has their own tax id for one. */
export function isPublicCode(code: string): boolean {
  return /^\d{8}$/.test(code)
}

/** Reads them. */
export function requestsSearch(search: RawSearch): RequestsSearch {
  const entity = textIn(search, 'entity')
  const edrpou = textIn(search, 'edrpou')
  return {
    status: wordIn(search, 'status', REQUEST_STATUSES),
    entity: entity !== undefined && isId(entity) ? entity.toLowerCase() : undefined,
    edrpou: edrpou !== undefined && isPublicCode(edrpou) ? edrpou : undefined,
    noTaxId: wordIn(search, 'noTaxId', ['yes', 'no']),
    ...placeIn(search),
  }
}
