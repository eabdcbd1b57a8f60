/** REST's answers to refused confirmations of a death, for persons and parties (spec 6.3, 8.15). */
import type { DracsDeathResult, DracsDeathWritten } from '../../people/dracs-death.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { type ApiError, notFound, unprocessable } from '../errors.ts'

const NOT_UPDATABLE: Readonly<Record<SubjectKind, string>> = {
  person: 'verification details for person',
  party: 'verification status for employee',
}

/** The refusal as an error. `missing` is the message if there is no such subject. */
export function refusalOfDracsDeath(
  kind: SubjectKind,
  result: Exclude<DracsDeathResult, DracsDeathWritten>,
  { reason, missing }: { readonly reason: string; readonly missing: string },
): ApiError {
  switch (result.kind) {
    case 'missing':
      return notFound(missing)
    case 'status_not_allowed':
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for ${kind} DRACS death status`)
    case 'not_updatable':
      return unprocessable(`${NOT_UPDATABLE[kind]} in ${result.current} status can not be updated`)
    case 'act_not_allowed':
    case 'act_annulled':
      return unprocessable('the act of death was annulled')
  }
}
