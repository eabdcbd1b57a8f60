/** Reasons in requests. */
import { FEWEST_VISIBLE, readReason } from '../audit/reason.ts'
import { invalidField, missingField } from './errors.ts'

/** Validates a required reason; throws 422 if it is invalid. */
export function requiredReason(text: string): string {
  const read = readReason(text)
  if ('reason' in read) return read.reason
  if (read.visible === 0) throw missingField('reason')
  throw invalidField('reason', {
    rule: 'length',
    description: `expected reason to have a minimum length of ${FEWEST_VISIBLE} visible characters but was ${read.visible}`,
    params: { min: FEWEST_VISIBLE, actual: read.visible },
  })
}

/** Validates an optional reason; throws 422 if it is given but invalid. */
export function optionalReason(text: string | null | undefined): string | null {
  return text == null || text === '' ? null : requiredReason(text)
}
