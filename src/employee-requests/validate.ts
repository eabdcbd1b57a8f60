/**
 * Validation of a new employee request (spec 5.5). In this order, and what comes later is looked at only where nothing before refuses:
 *
 * 1. shape and rules (schema.ts, rules.ts): 422 with every violation at once, and with them those of step 3 that have a path, so that
 *    whoever sends a request hears all that is wrong with it in one answer. Of one value the first kind alone is told: its type, its form,
 *    then the rules. A body of more values than any request has is told as that alone.
 * 2. who asks (create.ts): owners are the NHS's to request, 409; the legal entity must be the token's own, 403. Where this refuses,
 *    nothing is looked up for step 1 either.
 * 3. what is referred to (references.ts): legal entity, division, employee by path, 422; then the texts about the division that come
 *    without one, 422; then the employee, 404 and 409.
 *
 * Here is step 1, without any I/O.
 */
import type { EmployeeRequestData } from './data.ts'
import { type Issue, issue, ruleIssues } from './rules.ts'
import { requestBody } from './schema.ts'
import { hasMoreValuesThan } from './storable.ts'

/** A request that may be kept, or all that is wrong with it. */
export type Validated = { readonly data: EmployeeRequestData } | { readonly issues: readonly Issue[] }

// A request has some hundreds at most. To tell what is wrong with each of a hundred thousand would take all memory.
const MOST_VALUES = 10_000

/** Reads the body of a new request. `today` is the day in Kyiv. */
export function validateRequest(body: unknown, today: string): Validated {
  if (hasMoreValuesThan(MOST_VALUES, body)) return { issues: [issue([], 'holds too many values')] }
  const shape = requestBody.safeParse(body, { reportInput: true })
  const issues = firstOf(shape.error?.issues ?? [], ruleIssues(body, today))
  if (shape.data === undefined || issues.length > 0) return { issues }
  const { status: _, ...data } = shape.data.employee_request
  // JSON has no undefined: what is optional is there or is not.
  return { data: data as EmployeeRequestData }
}

// What is wrong with the form of a value, or what its rules say of one that is well-formed.
function firstOf(shape: readonly Issue[], rules: readonly Issue[]): Issue[] {
  const told = new Set(shape.map(({ path }) => JSON.stringify(path)))
  return [...shape, ...rules.filter(({ path }) => !told.has(JSON.stringify(path)))]
}
