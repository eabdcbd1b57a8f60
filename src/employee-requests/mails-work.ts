/**
 * Sends the mails of employee requests as jobs (spec 5, 5.3.7). A job's key is the id of the request; the job contains nothing of the mail.
 * The Message-ID is derived from the job's id, so that a duplicate (sent because a worker died before it recorded the first) can be
 * recognised.
 */
import type { Database } from '../database/database.ts'
import type { JobVerdict, JobWork, Queue, QueueHooks, QueueWork } from '../jobs/queue.ts'
import type { Mail, Mailer } from '../mail/mail.ts'
import { countMail, findMailRefusal } from './mail-limits.ts'
import { type ComposedMail, invitationMail, knownPartyMail, registrationMail } from './mails.ts'
import { findRegistration, type InvitationRow, keepSecret, type RegistrationRow } from './plans/invitation.ts'
import { findKnownUsers } from './plans/preview.ts'
import type { MailLimits } from './policy.ts'
import { INVITATION_MAIL, KNOWN_PARTY_MAIL, REGISTRATION_MAIL } from './queues.ts'
import { makeSecret } from './secrets.ts'

/** The options of sending mails. */
interface MailWorkOptions {
  readonly executor: Database
  readonly mailer: Mailer
  /** ZVIRKA_PUBLIC_URL: the base of links, without a trailing slash. */
  readonly publicUrl: string
  readonly mails: MailLimits
}

/** Concurrent jobs per queue in one worker. */
const CONCURRENCY = 4
/** Seconds between attempts; about 22 hours in total. */
const PAUSES = [5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 28_800]

/** A facility's own mails are limited where it causes them. */
const MOST_OF_LEGAL_ENTITY = 1_000_000

const NOTHING = async () => undefined
const DONE: JobVerdict = { kind: 'done', write: NOTHING }

/** The queues of mails, and how to process their jobs. */
export function mailWork(options: MailWorkOptions): QueueWork[] {
  return [
    workOf(INVITATION_MAIL, (work) => invite(options, work)),
    workOf(REGISTRATION_MAIL, (work) => tellOfRegistration(options, work)),
    workOf(KNOWN_PARTY_MAIL, (work) => tellKnownUsers(options, work)),
  ]
}

/** Callbacks for manual retry and cancel: nothing else changes. */
export function mailHooks(): QueueHooks[] {
  return [INVITATION_MAIL, REGISTRATION_MAIL, KNOWN_PARTY_MAIL].map((queue) => ({
    queue,
    retried: NOTHING,
    cancelled: NOTHING,
  }))
}

function workOf(queue: Queue, perform: (work: JobWork) => Promise<JobVerdict>): QueueWork {
  return { ...queue, concurrency: CONCURRENCY, pauses: PAUSES, perform }
}

// The secret's hash is committed before the mail is sent, so that every link in a mail works. Each attempt makes its own secret.
async function invite(
  { executor, mailer, publicUrl }: MailWorkOptions,
  { id, key, signal }: JobWork,
): Promise<JobVerdict> {
  const secret = makeSecret()
  const [invitation] = await executor.query<InvitationRow>(keepSecret(key, secret.hash))
  // It was answered or has expired: no invitation is sent.
  if (invitation === undefined) return DONE
  const mail = invitationMail(invitation, `${publicUrl}/invite/${key}?invite=${secret.value}`)
  return send(mailer, addressed(mail, invitation, id), signal)
}

async function tellOfRegistration(
  { executor, mailer }: MailWorkOptions,
  { id, key, signal }: JobWork,
): Promise<JobVerdict> {
  const [registration] = await executor.query<RegistrationRow>(findRegistration(key))
  if (registration?.status !== 'APPROVED') return failed('request_not_approved', true)
  return send(mailer, addressed(registrationMail(registration), registration, id), signal)
}

// One mail for each of them. A user who has reached the daily limit gets no other; by then they know about the request.
async function tellKnownUsers(options: MailWorkOptions, { id, key, signal }: JobWork): Promise<JobVerdict> {
  const { executor, mailer, mails } = options
  const [registration] = await executor.query<RegistrationRow>(findRegistration(key))
  if (registration === undefined) return failed('no_request', true)
  const legalEntityId = registration.data.legal_entity_id
  const users = await executor.query<{ id: string; email: string }>(findKnownUsers(key))
  const limits = { ...mails, perLegalEntity: MOST_OF_LEGAL_ENTITY }
  for (const { id: userId, email } of users) {
    const caused = { email, legalEntityId }
    const refusal = await executor.transaction((tx) => findMailRefusal(tx, caused, limits))
    if (refusal !== undefined) continue
    const mail = { ...knownPartyMail(registration), to: email, messageKey: `${id}.${userId}` }
    const verdict = await send(mailer, mail, signal)
    if (verdict.kind !== 'done') return verdict
    await countMail(executor, caused)
  }
  return DONE
}

function addressed(mail: ComposedMail, { data }: InvitationRow, jobId: string): Mail {
  return { ...mail, to: data.party.email, messageKey: jobId }
}

async function send(mailer: Mailer, mail: Mail, signal: AbortSignal): Promise<JobVerdict> {
  const sent = await mailer.send(mail, signal)
  switch (sent.kind) {
    case 'sent':
      return DONE
    case 'failed':
      return failed(sent.code, sent.isFinal)
    case 'aborted':
      return { kind: 'given_back' }
  }
}

function failed(code: string, isFinal: boolean): JobVerdict {
  return { kind: 'failed', code, isFinal }
}
