/**
 * Mail by SMTP (RFC 5321), one connection per mail: mails are rare, and a persistent connection would be dead by the next one. Connections
 * to another machine are encrypted, unless the URL has `?starttls=optional`, because mails contain secrets. On this machine nothing is
 * encrypted unless requested: local servers have untrusted certificates.
 */
import { createTransport } from 'nodemailer'
import { getSender, isRecipient, messageIdOf, NO_RECIPIENT, type Sender } from './addresses.ts'
import type { Mail, Mailer, Sent } from './mail.ts'

/** The time limit of a whole attempt; each step has less. */
const DEADLINE_MILLISECONDS = 60_000
const STEP_MILLISECONDS = 15_000

/** Sends with the server of a URL. Its certificate must be signed by a CA that Node.js trusts, or by the given one (PEM). */
export function smtpMailer(url: string, from: string, authority?: string): Mailer {
  const sender = getSender(from)
  const tls = authority === undefined ? {} : { tls: { ca: authority } }
  const open = () => createTransport({ ...connectionOf(url), ...LIMITS, ...tls })
  return {
    transport: 'smtp',
    async send(mail, signal) {
      if (!isRecipient(mail.to)) return NO_RECIPIENT
      const deadline = AbortSignal.timeout(DEADLINE_MILLISECONDS)
      const transport = open()
      try {
        const ending = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
        await transport.sendMail({ ...messageOf(mail, sender), signal: ending })
        return { kind: 'sent' }
      } catch (error) {
        return signal?.aborted === true ? { kind: 'aborted' } : failureOf(error, deadline.aborted)
      } finally {
        transport.close()
      }
    },
    async check() {
      const transport = open()
      try {
        await transport.verify()
        return undefined
      } catch (error) {
        return codeOf(error)
      } finally {
        transport.close()
      }
    },
  }
}

const LIMITS = {
  ...{ connectionTimeout: STEP_MILLISECONDS, dnsTimeout: STEP_MILLISECONDS, greetingTimeout: STEP_MILLISECONDS },
  ...{ socketTimeout: STEP_MILLISECONDS, logger: false },
  // Nothing in a mail is loaded from a file or a URL.
  ...{ disableFileAccess: true, disableUrlAccess: true },
} as const

function connectionOf(url: string) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url)
  const isSecure = protocol === 'smtps:'
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const starttls = searchParams.get('starttls') ?? (isLoopback(host) ? 'none' : 'required')
  return {
    host,
    port: port === '' ? (isSecure ? 465 : 25) : Number(port),
    secure: isSecure,
    requireTLS: !isSecure && starttls === 'required',
    ignoreTLS: !isSecure && starttls === 'none',
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function messageOf({ to, subject, text, html, messageKey }: Mail, sender: Sender) {
  return {
    ...{ from: sender, to: { name: '', address: to }, subject, text, html },
    messageId: messageIdOf(messageKey, sender),
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  }
}

function failureOf(error: unknown, isLate: boolean): Sent {
  if (isLate) return { kind: 'failed', code: 'smtp_timeout', isFinal: false }
  return { kind: 'failed', code: codeOf(error), isFinal: isRefused(error) }
}

/**
 * A 5xx about the recipient or the mail is final. A 5xx about the login or the sender concerns the settings, which somebody can correct.
 */
function isRefused(error: unknown): boolean {
  const { command, responseCode } = Object(error) as { command?: unknown; responseCode?: unknown }
  return typeof responseCode === 'number' && responseCode >= 500 && /^(RCPT TO|DATA)$/.test(String(command))
}

const CODES: Readonly<Record<string, string>> = {
  ...{ ETIMEDOUT: 'smtp_timeout', EDNS: 'smtp_host_unknown', ETLS: 'smtp_tls', EAUTH: 'smtp_login' },
  ...{ ECONNECTION: 'smtp_unreachable', ESOCKET: 'smtp_unreachable', ECONNREFUSED: 'smtp_unreachable' },
}

/** One of a few codes for the server's answer or the connection error. The server's text may name the recipient and is dropped. */
function codeOf(error: unknown): string {
  const { code, originalCode, responseCode } = Object(error) as Readonly<Record<string, unknown>>
  if (code === 'EAUTH') return 'smtp_login'
  if (/CERT|SSL|TLS/.test(String(originalCode))) return 'smtp_tls'
  if (typeof responseCode === 'number') return `smtp_${responseCode}`
  return CODES[String(code)] ?? 'smtp_failed'
}
