/** The answer to an e-mail and password that were not accepted. */
import type { Unchecked } from '../../access/login.ts'
import { ApiError, forbidden, TEXTS } from '../errors.ts'

/** The error; `wrong` is the message for wrong credentials. */
export function uncheckedError(unchecked: Unchecked, wrong: string): ApiError {
  switch (unchecked.kind) {
    case 'refused':
      return new ApiError('access_denied', wrong)
    case 'too_early':
      return tooEarly(unchecked.seconds)
    case 'code_needed':
      return new ApiError('second_factor_required', TEXTS.codeNeeded)
    case 'code_wrong':
      return new ApiError('second_factor_wrong', TEXTS.codeWrong)
    case 'setup_required':
      return new ApiError('second_factor_setup_required', TEXTS.setupRequired)
    case 'switched_off':
      return forbidden(TEXTS.noPasswords)
  }
}

/** Too many failures: says when the next attempt is allowed. */
export function tooEarly(seconds: number): ApiError {
  return new ApiError('too_many_requests', TEXTS.tooMany, { headers: { 'retry-after': String(seconds) } })
}
