/** Personal data in answers of routes (spec 4.3, 6): audited and masked only here, according to the declaration of the route. */
import type { ReadAudit } from '../../audit/audit.ts'
import { type Seeing, shownTo } from '../mask.ts'
import type { GuardedRoute, RouteResult } from './route.ts'

/** The answer as it may be sent; notes whose data it contains. */
export function toResponse(
  { method, path, personal }: GuardedRoute,
  result: RouteResult<unknown>,
  { principal, reads }: { readonly principal: Seeing; readonly reads: ReadAudit },
): RouteResult<unknown> {
  if (personal === 'nobody' || result === undefined) return result
  const operation = `${method} ${path}`
  if (personal.reads !== 'itself') {
    if (result.of === undefined) throw new Error(`${operation} does not tell whose data it holds`)
    reads.read(operation, personal.reads, result.of)
  }
  if (personal.masks === 'nothing') return result
  const seeing = result.isOwn === true ? { ...principal, isMaskedByScope: false } : principal
  return { ...result, data: shownTo(seeing, personal.masks, result.data) }
}
