/** Mail addresses: the sender is `Name <address>` or an address, a recipient one bare address. */
import type { Sent } from './mail.ts'

const FORM = /^(?:([^<>"\r\n]*[^<>"\s])\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/

/** A parsed sender. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** Parses a sender; undefined if it is invalid. */
function readSender(text: string): Sender | undefined {
  const [, name = '', named, bare] = FORM.exec(text) ?? []
  const address = named ?? bare
  return address === undefined ? undefined : { name: name.trim(), address }
}

/** The Message-ID of a mail from this sender. */
export function messageIdOf(messageKey: string, { address }: Sender): string {
  return `<${messageKey}@${address.slice(address.lastIndexOf('@') + 1)}>`
}

/** The sender of a mailer; throws if the settings contain an invalid one. */
export function getSender(text: string): Sender {
  const sender = readSender(text)
  if (sender === undefined) throw new Error('MAIL_FROM is not a valid sender')
  return sender
}

/** Whether a text is a single bare address, not a list or a name with an address. */
export function isRecipient(text: string): boolean {
  return text.length <= 254 && /^[^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+$/.test(text)
}

/** The outcome of a mail without a recipient. */
export const NO_RECIPIENT: Sent = { kind: 'failed', code: 'mail_recipient_invalid', isFinal: true }
