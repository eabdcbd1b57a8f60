/** Chooses the mail transport from the settings. */
import type { Mailer } from './mail.ts'
import { postmarkMailer } from './postmark.ts'
import { smtpMailer } from './smtp.ts'

/** The settings of a mailer. */
interface MailSettings {
  /** `smtp://` or `smtps://`, optionally with user and password. */
  readonly smtpUrl: string | undefined
  /** The token of a Postmark server. */
  readonly postmarkToken: string | undefined
  /** The sender: an address, or `Name <address>`. */
  readonly from: string | undefined
  /** The address of Postmark's API; default: its own. */
  readonly postmarkUrl?: string
}

/** The code of a mail that cannot be sent because no transport is configured. */
export const NOT_CONFIGURED = 'mail_not_configured'

/** The mailer of the settings; without a transport, one that fails every mail with a code. */
export function createMailer({ smtpUrl, postmarkToken, from, postmarkUrl }: MailSettings): Mailer {
  if (from !== undefined && smtpUrl !== undefined) return smtpMailer(smtpUrl, from)
  if (from !== undefined && postmarkToken !== undefined) return postmarkMailer(postmarkToken, from, postmarkUrl)
  return {
    transport: 'none',
    // Until somebody configures it, each attempt fails visibly and the mail is retried.
    send: async () => ({ kind: 'failed', code: NOT_CONFIGURED, isFinal: false }),
    check: async () => NOT_CONFIGURED,
  }
}
