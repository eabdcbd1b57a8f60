/**
 * Validation of a new employee request (spec 5.5), in this order; later steps run only if no earlier one refuses:
 *
 * 1. Schema and rules (schema.ts, rules.ts): 422 with every violation at once, including those of step 3 with a path, so that the client
 * gets all errors in one answer. Of one value only the first kind is reported: its type, its format, then the rules. A body with more
 * values than any request has is reported only as such.
 * 2. The sender (create.ts): only the NHS may request owners, 409; the legal entity must be the token's own, 403. If this refuses, step 1
 * does not look up references either.
 * 3. References (references.ts): legal entity, division, employee by path, 422; then errors about the division without a path, 422; then
 * the employee, 404 and 409.
 *
 * This file is step 1, without any I/O.
 */
import type { EmployeeRequestData } from './data.ts'
import { type Issue, issue, ruleIssues } from './rules.ts'
import { requestBody } from './schema.ts'
import { hasMoreValuesThan } from './storable.ts'

/** A valid request, or all its violations. */
export type Validated = { readonly data: EmployeeRequestData } | { readonly issues: readonly Issue[] }

// A request has some hundreds at most. Reporting each of a hundred thousand violations would exhaust the memory.
const MOST_VALUES = 10_000

/** Validates the body of a new request. `today` is the date in Kyiv. */
export function validateRequest(body: unknown, today: string): Validated {
  if (hasMoreValuesThan(MOST_VALUES, body)) return { issues: [issue([], 'holds too many values')] }
  const shape = requestBody.safeParse(body, { reportInput: true })
  const issues = firstOf(shape.error?.issues ?? [], ruleIssues(body, today))
  if (shape.data === undefined || issues.length > 0) return { issues }
  const { status: _, ...data } = shape.data.employee_request
  // JSON has no undefined: optional values are present or absent.
  return { data: data as EmployeeRequestData }
}

// The schema's issues of a value or, if it is well-formed, those of its rules.
function firstOf(shape: readonly Issue[], rules: readonly Issue[]): Issue[] {
  const told = new Set(shape.map(({ path }) => JSON.stringify(path)))
  return [...shape, ...rules.filter(({ path }) => !told.has(JSON.stringify(path)))]
}
