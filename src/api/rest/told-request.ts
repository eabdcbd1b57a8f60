import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { showRequest } from '../../employee-requests/show.ts'
import type { shownRequest } from './request-shape.ts'

/** An employee request as all answers show it (spec 5.3). The invited person sees only their own data. */
export function toldRequest({ email }: Pick<Principal, 'email'>, request: ReadRequest) {
  // The schema has no type for read-only lists.
  const data = showRequest(request) as unknown as z.input<typeof shownRequest>
  return { data, of: [request.id], isOwn: request.data.party.email === email.toLowerCase() }
}
