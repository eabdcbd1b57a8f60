/** Converts refusals of employee requests to errors of the API. */
import type { RequestRefusal } from '../employee-requests/checks.ts'
import { ApiError, conflict, forbidden, notFound, unprocessable } from './errors.ts'

function tooMany(message: string, seconds = 1): ApiError {
  return new ApiError('too_many_requests', message, { headers: { 'retry-after': String(seconds) } })
}

const ERRORS: Readonly<Record<RequestRefusal['kind'], (message: string, seconds?: number) => ApiError>> = {
  not_found: notFound,
  forbidden,
  conflict,
  unprocessable,
  too_many: tooMany,
}

/** A refusal as an error of the API. */
export function refusalError({ kind, message, seconds }: RequestRefusal): ApiError {
  return ERRORS[kind](message, seconds)
}
