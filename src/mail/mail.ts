/**
 * Sending one mail. What can go wrong is a value: a code of ours that says nothing of the mail, and whether another attempt would end the
 * same. Neither recipient nor content is in a code, an error or a log.
 */

/** A mail. All of it is personal. */
export interface Mail {
  readonly to: string
  readonly subject: string
  /** The plain part and the HTML part say the same. */
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

/** Sends mails, by whatever way. */
export interface Mailer {
  /** The name of the transport: `smtp`, `postmark`, `none`. */
  readonly transport: string
  send(mail: Mail, signal?: AbortSignal): Promise<Sent>
  /** Whether a mail could be sent now, as far as can be told without sending one: undefined, or the code of what is wrong. */
  check(): Promise<string | undefined>
}
