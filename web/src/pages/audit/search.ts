/** The filters of the audit in the URL: ids, words and Kyiv times. */
import { placeIn, type RawSearch, textIn, wordIn } from '../../app/search.ts'
import { kyivMinuteEnd, kyivMoment } from '../../i18n/kyiv.ts'
import { isId } from '../../ui/filter-field.tsx'

/** The actions on data. */
export const AUDIT_ACTIONS = ['READ', 'REVEAL', 'WRITE', 'SIGN_IN', 'SIGN_OUT', 'REFUSAL'] as const

/** The results of actions. */
export const AUDIT_RESULTS = [
  'DONE',
  'WRONG_CREDENTIALS',
  'CODE_NEEDED',
  'WRONG_CODE',
  'TOO_EARLY',
  'UNAUTHENTICATED',
  'FORBIDDEN',
] as const

/** The filters. Times are Kyiv times; an end time includes its whole minute. */
export interface AuditSearch {
  readonly subject?: string | undefined
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly token?: string | undefined
  readonly operation?: string | undefined
  readonly action?: (typeof AUDIT_ACTIONS)[number] | undefined
  readonly result?: (typeof AUDIT_RESULTS)[number] | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

/** Parses the filters. */
export function auditSearch(search: RawSearch): AuditSearch {
  const id = (name: string) => {
    const given = textIn(search, name)
    return given !== undefined && isId(given) ? given.toLowerCase() : undefined
  }
  const time = (name: string) => {
    const given = textIn(search, name)
    return kyivMoment(given) === undefined ? undefined : given
  }
  return {
    ...{ subject: id('subject'), user: id('user'), client: id('client'), token: id('token') },
    operation: textIn(search, 'operation'),
    ...{ action: wordIn(search, 'action', AUDIT_ACTIONS), result: wordIn(search, 'result', AUDIT_RESULTS) },
    ...{ from: time('from'), to: time('to') },
    ...placeIn(search),
  }
}

/** The filters as a GraphQL argument. */
export function auditFilter({ subject, user, client, token, operation, action, result, from, to }: AuditSearch) {
  return {
    ...{ subjectId: subject ?? null, userId: user ?? null, clientId: client ?? null, tokenId: token ?? null },
    ...{ operation: operation ?? null, action: action ?? null, result: result ?? null },
    from: kyivMoment(from)?.toISOString() ?? null,
    to: kyivMinuteEnd(to)?.toISOString() ?? null,
  }
}
