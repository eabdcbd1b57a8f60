/** Mail by Postmark's HTTP API (https://postmarkapp.com/developer/api/email-api): one POST per mail, JSON both ways. */
import { Agent, request } from 'undici'
import { getSender, isRecipient, messageIdOf, NO_RECIPIENT, type Sender } from './addresses.ts'
import type { Mail, Mailer, Sent } from './mail.ts'

const URL_OF_POSTMARK = 'https://api.postmarkapp.com'
const DEADLINE_MILLISECONDS = 30_000
const MOST_BYTES = 65_536
const bounded = new Agent({ maxResponseSize: MOST_BYTES })

/** Postmark's error codes if this mail or its recipient is refused, and would be again. */
const FINAL = new Set([300, 406])

/** Sends with a Postmark server. */
export function postmarkMailer(token: string, from: string, url: string = URL_OF_POSTMARK): Mailer {
  const sender = getSender(from)
  const ask = (method: 'GET' | 'POST', path: string, body: object | undefined, signal?: AbortSignal) =>
    askPostmark({ url: `${url.replace(/\/$/, '')}${path}`, method, token, body, signal })
  return {
    transport: 'postmark',
    async send(mail, signal) {
      if (!isRecipient(mail.to)) return NO_RECIPIENT
      const answer = await ask('POST', '/email', messageOf(mail, from, sender), signal)
      return answer.kind === 'answer' ? sentOf(answer) : answer
    },
    async check() {
      // Reads the token's server, without sending anything.
      const answer = await ask('GET', '/server', undefined)
      if (answer.kind !== 'answer') return answer.kind === 'failed' ? answer.code : 'postmark_unreachable'
      return answer.status === 200 ? undefined : codeOf(answer)
    },
  }
}

function messageOf({ to, subject, text, html, messageKey }: Mail, from: string, sender: Sender): object {
  return {
    ...{ From: from, To: to, Subject: subject, HtmlBody: html, TextBody: text, MessageStream: 'outbound' },
    // Links contain secrets: they must not be followed or rewritten on the way.
    ...{ TrackOpens: false, TrackLinks: 'None' },
    Headers: [
      { Name: 'Message-ID', Value: messageIdOf(messageKey, sender) },
      // Otherwise Postmark would replace it with its own id.
      { Name: 'X-PM-KeepID', Value: 'true' },
      { Name: 'Auto-Submitted', Value: 'auto-generated' },
    ],
  }
}

interface Asked {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly token: string
  readonly body: object | undefined
  readonly signal: AbortSignal | undefined
}

type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly errorCode: number | undefined }
  | Exclude<Sent, { kind: 'sent' }>

async function askPostmark({ url, method, token, body, signal }: Asked): Promise<Answer> {
  const deadline = AbortSignal.timeout(DEADLINE_MILLISECONDS)
  try {
    const response = await request(url, {
      method,
      headers: {
        accept: 'application/json',
        'x-postmark-server-token': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      dispatcher: bounded,
      ...{ headersTimeout: DEADLINE_MILLISECONDS, bodyTimeout: DEADLINE_MILLISECONDS },
    })
    return { kind: 'answer', status: response.statusCode, errorCode: errorCodeIn(await response.body.text()) }
  } catch {
    if (signal?.aborted === true) return { kind: 'aborted' }
    const code = deadline.aborted ? 'postmark_timeout' : 'postmark_unreachable'
    return { kind: 'failed', code, isFinal: false }
  }
}

function errorCodeIn(text: string): number | undefined {
  try {
    const code: unknown = Reflect.get(Object(JSON.parse(text)), 'ErrorCode')
    return Number.isInteger(code) ? (code as number) : undefined
  } catch {
    return undefined
  }
}

function sentOf(answer: { readonly status: number; readonly errorCode: number | undefined }): Sent {
  const { status, errorCode } = answer
  if (status === 200 && errorCode === 0) return { kind: 'sent' }
  const isFinal = status === 422 && errorCode !== undefined && FINAL.has(errorCode)
  return { kind: 'failed', code: codeOf(answer), isFinal }
}

/** Postmark's own code if given (`postmark_406`: the recipient is inactive), otherwise the HTTP status. */
function codeOf({ status, errorCode }: { readonly status: number; readonly errorCode: number | undefined }): string {
  return errorCode === undefined || errorCode === 0 ? `postmark_http_${status}` : `postmark_${errorCode}`
}
