/**
 * Sends one mail. Failures are values: a code that reveals nothing of the mail, and whether a retry would fail the same way. Recipient and
 * content are never in a code, an error or a log.
 */

/** A mail. All of it is personal. */
export interface Mail {
  readonly to: string
  readonly subject: string
  /** The plain part and the HTML part have the same content. */
  readonly text: string
  readonly html: string
  /** The local part of the Message-ID: the same on each attempt, so that duplicates can be recognised. */
  readonly messageKey: string
}

/** The outcome of an attempt. */
export type Sent =
  | { readonly kind: 'sent' }
  /** `isFinal`: this mail is refused, and would be again. */
  | { readonly kind: 'failed'; readonly code: string; readonly isFinal: boolean }
  /** The caller stopped waiting; the mail may or may not have been sent. */
  | { readonly kind: 'aborted' }

/** Sends mails over any transport. */
export interface Mailer {
  /** The name of the transport: `smtp`, `postmark`, `none`. */
  readonly transport: string
  send(mail: Mail, signal?: AbortSignal): Promise<Sent>
  /** Whether a mail could be sent now, as far as can be checked without sending one: undefined, or the code of the problem. */
  check(): Promise<string | undefined>
}
