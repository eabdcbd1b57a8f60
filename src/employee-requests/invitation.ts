/**
 * Invitations to answer an employee request (spec 5). A mail contains a secret with which the invited person, without a token, becomes a
 * user. Secrets are used once: all of a request end with the first use, with a new invitation, and with the request.
 */
import { type PasswordWeakness, weaknessOf } from '../access/password-rules.ts'
import { hashPassword } from '../access/passwords.ts'
import type { AccessPolicy } from '../access/policy.ts'
import { type Actor, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { check, REFUSALS, type Refused, refused } from './checks.ts'
import { countWrongSecret, invitationDelayOf, type SecretAttempt } from './invitation-delay.ts'
import { countMail, findMailRefusal } from './mail-limits.ts'
import { endSecrets, findSecret, insertInvitedUser } from './plans/invitation.ts'
import type { MailLimits } from './policy.ts'
import { INVITATION_MAIL } from './queues.ts'
import { findInvitedUser, findRequestById, lockRequestById, type ReadRequest } from './read.ts'
import { hashOfSecret } from './secrets.ts'
import { keepAnswer, type Sending } from './sending.ts'

/** The answer to an invalid secret. */
const BAD_SECRET = refused({ kind: 'forbidden', message: 'Invitation is not valid or was used already' })

/** The answer if the user exists already and must sign in. */
export const USER_EXISTS = refused({ kind: 'conflict', message: 'User with this email already exists' })

/** The user who sends an invitation again. */
interface InvitingAgain {
  readonly actor: Actor
  readonly operation: string
  /** The legal entity whose requests they see; undefined: all. */
  readonly legalEntityId: string | undefined
  readonly mails: MailLimits
  /** Present if the request has an idempotency key. */
  readonly sending?: Sending | undefined
}

/** The outcome. */
type InvitedAgain = { readonly kind: 'invited'; readonly request: ReadRequest } | Refused

/** Sends the invitation again: earlier secrets are invalidated at once, and so is a job that would send one of them. */
export function inviteAgain(database: Database, jobs: Jobs, id: string, by: InvitingAgain): Promise<InvitedAgain> {
  const { actor, operation, legalEntityId, mails, sending } = by
  return database.transaction(async (tx): Promise<InvitedAgain> => {
    const request = await lockRequestById(tx, id)
    if (request === undefined || (legalEntityId ?? request.data.legal_entity_id) !== request.data.legal_entity_id)
      return refused(REFUSALS.noRequest)
    const open = checkOpen(request)
    if (open !== undefined) return open
    const { legal_entity_id, party } = request.data
    const mail = { email: party.email, legalEntityId: legal_entity_id }
    const tooMany = await findMailRefusal(tx, mail, mails)
    if (tooMany !== undefined) return refused(tooMany)
    await countMail(tx, mail)
    await endJob(tx, jobs, id)
    await tx.query(endSecrets(id))
    await jobs.enqueue(tx, INVITATION_MAIL, id)
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'employee_request', subjectIds: [id] })
    await keepAnswer(tx, sending, request)
    return { kind: 'invited', request }
  })
}

// A job in progress may have stored its secret already, and a failed one may wait for hours: a new one starts now, with all its attempts.
async function endJob(tx: Executor, jobs: Jobs, id: string): Promise<void> {
  const live = await jobs.findLive(tx, INVITATION_MAIL, id)
  // A job that has ended meanwhile need not be cancelled.
  if (live.length > 0) await jobs.cancel(tx, INVITATION_MAIL, live)
}

/** Refuses a request that is no longer NEW, with the messages of spec 5.1.4. */
function checkOpen(request: ReadRequest): Refused | undefined {
  const checked = check(request, request.data.party.email)
  return checked.kind === 'refused' ? checked : undefined
}

/** The result of checking a secret. */
export type Invitation =
  | { readonly kind: 'good'; readonly request: ReadRequest; readonly hasUser: boolean }
  | { readonly kind: 'too_early'; readonly seconds: number }
  | Refused

/** Checks a secret without using it: the checks of spec 5 in order, up to the user. */
export async function findInvitation(executor: Executor, attempt: SecretAttempt, invite: string): Promise<Invitation> {
  const seconds = await invitationDelayOf(executor, attempt)
  if (seconds !== undefined) return { kind: 'too_early', seconds }
  const request = await findRequestById(executor, attempt.id)
  if (request === undefined) return refused(REFUSALS.noRequest)
  // Before the secret: using it creates the user, and a used secret has its own error.
  const hasUser = (await findInvitedUser(executor, request)) !== undefined
  const [secret] = await executor.query<{ state: 'alive' | 'dead' }>(findSecret(attempt.id, hashOfSecret(invite)))
  if (secret === undefined) {
    await countWrongSecret(executor, attempt)
    return BAD_SECRET
  }
  const closed = checkOpen(request)
  if (closed !== undefined) return closed
  if (secret.state === 'dead') return BAD_SECRET
  return { kind: 'good', request, hasUser }
}

/** The person who becomes a user. */
interface BecomingUser extends SecretAttempt {
  readonly invite: string
  readonly password: string | undefined
  /** For the audit. */
  readonly operation: string
  readonly requestId: string
}

/** The outcome. */
export type BecameUser =
  | { readonly kind: 'created'; readonly id: string; readonly email: string }
  /** The password is missing or weak. */
  | { readonly kind: 'weak'; readonly weakness: PasswordWeakness | undefined }
  /** Password sign-in is disabled: users sign in at the OpenID provider. */
  | { readonly kind: 'switched_off' }
  | Exclude<Invitation, { kind: 'good' }>

/** Creates the invited user and uses up the secret. */
export async function createInvitedUser(
  database: Database,
  { isPasswordSignInOn }: AccessPolicy,
  by: BecomingUser,
): Promise<BecameUser> {
  if (!isPasswordSignInOn) return { kind: 'switched_off' }
  const { id, invite, password, address } = by
  const found = await findInvitation(database, { id, address }, invite)
  if (found.kind !== 'good') return found
  if (found.hasUser) return USER_EXISTS
  const { email } = found.request.data.party
  const weakness = password === undefined ? undefined : await weaknessOf(password, email)
  if (password === undefined || weakness !== undefined) return { kind: 'weak', weakness }
  const passwordHash = await hashPassword(password)
  try {
    return await database.transaction((tx) => spend(tx, by, passwordHash))
  } catch (error) {
    if (error instanceof NotCreated) return error.outcome
    throw error
  }
}

// Thrown, so that the secret is not used up.
class NotCreated extends Error {
  readonly outcome: Refused

  constructor(outcome: Refused) {
    super('not created')
    this.outcome = outcome
  }
}

// The request is locked first: of several concurrent uses of its secrets, one uses them all up.
async function spend(tx: Executor, by: BecomingUser, passwordHash: string): Promise<BecameUser> {
  const { id, invite, operation, requestId, address } = by
  const request = await lockRequestById(tx, id)
  if (request === undefined) return refused(REFUSALS.noRequest)
  const closed = checkOpen(request)
  if (closed !== undefined) return closed
  const hash = hashOfSecret(invite)
  const ended = await tx.query<{ hash: Buffer }>(endSecrets(id))
  if (!ended.some((each) => each.hash.equals(hash))) throw new NotCreated(BAD_SECRET)
  const {
    party: { email },
    legal_entity_id: clientId,
  } = request.data
  const [user] = await tx.query<{ id: string }>(insertInvitedUser(id, email, passwordHash))
  if (user === undefined) throw new NotCreated(USER_EXISTS)
  const actor = { userId: user.id, clientId, requestId, address }
  await audit(tx, actor, { action: 'write', operation, subjectKind: 'user', subjectIds: [user.id] })
  return { kind: 'created', id: user.id, email }
}
