import type { Principal } from '../../access/principal.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { type ShownRequest, showRequest } from '../../employee-requests/show.ts'
import { jsonShownTo } from '../mask.ts'

/** An employee request as every answer has it (spec 5.3): numbers are masked for tokens that mask (spec 4.3). */
export function toldRequest(principal: Pick<Principal, 'isMasked'>, request: ReadRequest): ShownRequest {
  return jsonShownTo(principal, showRequest(request))
}
