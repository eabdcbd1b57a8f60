/**
 * A signature service over HTTP, provided by the installation: it verifies what only it can (DSTU 4145, GOST 34.311, the accredited
 * authorities). Its interface is the platform's: POST of `{"signed_content", "signed_content_encoding": "base64"}`; it answers 200 with
 * `{"data": {"content", "signatures": [{"is_valid", "is_stamp", "validation_error_message", "signer": {"drfo"}}]}}`, or 400 or 422 if it is
 * no envelope. Any other answer, or none in time, is a failure of the service.
 */
import { Agent, request } from 'undici'
import { z } from 'zod'
import { jsonOf, type Opened, type Signatures } from './opened.ts'

/** Its address and its time limit. */
interface SignatureServiceOptions {
  readonly url: string
  readonly timeoutMs: number
}

/** More than any document that the API accepts. */
const MOST_BYTES = 8_388_608
const bounded = new Agent({ maxResponseSize: MOST_BYTES })
const LONGEST_MESSAGE = 200

const text = z.string().nullish()
const answer = z.object({
  data: z.object({
    content: z.unknown(),
    signatures: z.array(
      z.object({
        is_valid: z.boolean(),
        is_stamp: z.boolean().nullish(),
        validation_error_message: text,
        signer: z.object({ drfo: text }).nullish(),
      }),
    ),
  }),
})

/** Opens envelopes with a service. */
export function signatureService(options: SignatureServiceOptions): Signatures {
  return {
    mode: 'http',
    open: async (envelope) => openedOf(await ask(options, envelope)),
    async check() {
      // An empty envelope is invalid, but any answer proves that the service is there.
      const asked = await ask(options, new Uint8Array())
      if (asked.kind === 'failed') return asked.code
      return asked.status < 500 && asked.status !== 404 ? undefined : `http_${asked.status}`
    },
  }
}

type Asked =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly code: string }

async function ask({ url, timeoutMs }: SignatureServiceOptions, envelope: Uint8Array): Promise<Asked> {
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({
        signed_content: Buffer.from(envelope).toString('base64'),
        signed_content_encoding: 'base64',
      }),
      signal: deadline,
      dispatcher: bounded,
      ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    })
    return { kind: 'answered', status: statusCode, body: await body.text() }
  } catch {
    return { kind: 'failed', code: deadline.aborted ? 'timeout' : 'unreachable' }
  }
}

function openedOf(asked: Asked): Opened {
  if (asked.kind === 'failed') return { kind: 'unreachable', code: asked.code }
  if (asked.status === 400 || asked.status === 422) return { kind: 'malformed' }
  const parsed = answer.safeParse(jsonOf(asked.body)).data
  if (asked.status !== 200 || parsed === undefined) return { kind: 'unreachable', code: `http_${asked.status}` }
  const { content, signatures } = parsed.data
  return {
    kind: 'opened',
    content,
    signatures: signatures.map(({ is_valid, is_stamp, validation_error_message, signer }) => ({
      ...{ isValid: is_valid, isStamp: is_stamp ?? false, taxId: signer?.drfo ?? undefined },
      message: validation_error_message?.slice(0, LONGEST_MESSAGE) || undefined,
    })),
  }
}
