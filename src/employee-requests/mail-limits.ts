/** Limits the mails that requests cause, so that nobody is flooded in our name and no facility sends mass mail. */
import { hash } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import type { RequestRefusal } from './checks.ts'
import { findMailWait, holdMails, keepCausedMail } from './plans/caused-mails.ts'
import type { MailLimits } from './policy.ts'

/** The recipient and the causing legal entity. */
interface CausedMail {
  readonly email: string
  readonly legalEntityId: string
}

const refusal = (message: string, seconds: number): RequestRefusal => ({ kind: 'too_many', message, seconds })

/** Why another mail is refused now; undefined: it is allowed. Requests for the same recipient or facility wait for this transaction. */
export async function findMailRefusal(
  tx: Executor,
  mail: CausedMail,
  limits: MailLimits,
): Promise<RequestRefusal | undefined> {
  const recipient = digestOf(mail)
  await tx.query(holdMails(mail.legalEntityId, recipient))
  const [found] = await tx.query<{ recipient: number | null; legal_entity: number | null }>(
    findMailWait(mail.legalEntityId, recipient, limits),
  )
  if (found?.recipient != null) return refusal('too many mails went to this e-mail within a day', found.recipient)
  if (found?.legal_entity == null) return undefined
  return refusal('too many invitations of this legal entity within an hour', found.legal_entity)
}

/** Counts a mail. */
export async function countMail(tx: Executor, mail: CausedMail): Promise<void> {
  await tx.query(keepCausedMail(mail.legalEntityId, digestOf(mail)))
}

function digestOf({ email }: CausedMail): Buffer {
  return hash('sha256', email.toLowerCase(), 'buffer')
}
