import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { showRequest } from '../../employee-requests/show.ts'
import { jsonShownTo } from '../mask.ts'
import type { shownRequest } from './request-shape.ts'

/** An employee request as every answer has it (spec 5.3): numbers are masked for tokens that mask (spec 4.3). */
export function toldRequest(
  principal: Pick<Principal, 'isMasked'>,
  request: ReadRequest,
): z.input<typeof shownRequest> {
  // The shape knows no lists that are only read.
  return jsonShownTo(principal, showRequest(request)) as unknown as z.input<typeof shownRequest>
}
