/** The filters of the list of employee requests in the URL. Values that may identify a person are never part of it. */
import { placeIn, type RawSearch, textIn, wordIn } from '../../app/search.ts'
import { isId } from '../../ui/filter-field.tsx'

/** Statuses of a request. */
export const REQUEST_STATUSES = ['NEW', 'APPROVED', 'REJECTED', 'EXPIRED'] as const

/** The filters. */
export interface RequestsSearch {
  readonly status?: (typeof REQUEST_STATUSES)[number] | undefined
  /** The id of a legal entity. */
  readonly entity?: string | undefined
  /** Only the code of an organisation, see `isPublicCode`. */
  readonly edrpou?: string | undefined
  readonly noTaxId?: 'yes' | 'no' | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Whether a code belongs to an organisation. A sole trader's code is their own tax id. */
export function isPublicCode(code: string): boolean {
  return /^\d{8}$/.test(code)
}

/** Parses the filters. */
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
