import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { showRequest } from '../../employee-requests/show.ts'
import { jsonShownTo, type Seeing } from '../mask.ts'
import type { shownRequest } from './request-shape.ts'

/** An employee request as every answer has it (spec 5.3): numbers are masked for tokens that mask (spec 4.3). */
export function toldRequest(
  principal: Seeing & Pick<Principal, 'email'>,
  request: ReadRequest,
): z.input<typeof shownRequest> {
  // Whom a request invites it tells nothing that is not their own.
  const isOwn = request.data.party.email === principal.email.toLowerCase()
  const seeing = isOwn ? { ...principal, isMaskedByScope: false } : principal
  // The shape knows no lists that are only read.
  return jsonShownTo(seeing, 'party', showRequest(request)) as unknown as z.input<typeof shownRequest>
}
