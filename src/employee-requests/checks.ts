/** Who may answer an employee request, and which requests can still be answered (spec 5.1). */
import type { Actor } from '../audit/audit.ts'
import type { EmployeeRequestRow } from './data.ts'
import type { Sending } from './sending.ts'

/** The answering user, and the route or page. */
export interface Answering {
  readonly actor: Actor
  /** Personal: compared with the request's (spec 5.1.3). */
  readonly email: string
  /** For the audit. */
  readonly operation: string
  /** Present if the request has an idempotency key. */
  readonly sending?: Sending | undefined
}

/** Why a request was not answered. Nothing was changed; the message is for the client. */
export interface RequestRefusal {
  readonly kind: 'not_found' | 'forbidden' | 'conflict' | 'unprocessable' | 'too_many'
  readonly message: string
  /** The earlier answer to the request. */
  readonly answered?: 'APPROVED' | 'REJECTED'
  /** Seconds until the next attempt is allowed. */
  readonly seconds?: number
}

/** The outcome that carries a refusal. */
export interface Refused {
  readonly kind: 'refused'
  readonly refusal: RequestRefusal
}

/** The outcome for a refusal. */
export function refused(refusal: RequestRefusal): Refused {
  return { kind: 'refused', refusal }
}

function refusal(kind: RequestRefusal['kind'], message: string): RequestRefusal {
  return { kind, message }
}

/** Every refusal, except the one that names a status. */
export const REFUSALS = {
  noRequest: refusal('not_found', 'Employee request not found'),
  notOurs: refusal('forbidden', 'Access denied'),
  expired: refusal('forbidden', 'Employee request is expired'),
  /** One user has one party, and a user's party never changes (spec 5.1.5). */
  emailTaken: refusal('unprocessable', 'ЦЯ EMAIL-АДРЕСА ВЖЕ ЗАЙНЯТА ІНШИМ КОРИСТУВАЧЕМ'),
  /** The party has users, the approving user is not one of them, and EMPLOYEE_REQUEST_KNOWN_PARTY is `confirm`. */
  notConfirmed: refusal('conflict', 'the party has another user: the NHS must confirm the request'),
  noEmployee: refusal('not_found', 'Employee not found'),
  dismissed: refusal('conflict', 'employee is dismissed'),
  noRole: refusal('unprocessable', 'User OAuth role does not exists'),
  noLegalEntity: refusal('not_found', 'Legal entity not found'),
  noDivision: refusal('not_found', 'Division not found'),
} as const

/** A request that can be answered. */
export interface Open<Request> {
  readonly kind: 'open'
  readonly request: Request
}

/**
 * Whether a user with this e-mail may answer a request: the checks of spec 5.1.2 to 5.1.4, in order. The request is locked, so that of two
 * concurrent answers the second sees the first.
 */
export function check<Request extends EmployeeRequestRow>(
  request: Request | undefined,
  email: string,
): Open<Request> | Refused {
  if (request === undefined) return refused(REFUSALS.noRequest)
  const { status, data } = request
  if (data.party.email.toLowerCase() !== email.toLowerCase()) return refused(REFUSALS.notOurs)
  switch (status) {
    case 'NEW':
      return { kind: 'open', request }
    case 'EXPIRED':
      return refused(REFUSALS.expired)
    case 'APPROVED':
    case 'REJECTED':
      return refused({
        ...refusal('conflict', `Employee request status is ${status} and cannot be updated`),
        answered: status,
      })
  }
}
