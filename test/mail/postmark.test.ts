import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Mail } from '../../src/mail/mail.ts'
import { createMailer } from '../../src/mail/mailer.ts'
import { postmarkMailer } from '../../src/mail/postmark.ts'

const TOKEN = 'e1d7c0de-0000-4000-8000-000000000001'
const FROM = 'eHealth <no-reply@ehealth.example>'
const MAIL: Mail = {
  ...{ to: 'olena@example.org', subject: 'Запрошення', text: 'Вітаємо', html: '<p>Вітаємо</p>' },
  messageKey: '6d1f4a34-5a1e-4f0c-b9e1-0a3e1a0f6b11',
}

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

let server: Server
let url: string
const asked: Asked[] = []
let answer: { status: number; body: string }
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { method, url: path, headers } = request
    asked.push({ method, url: path, headers, body: text === '' ? undefined : JSON.parse(text) })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
  }).listen(0, '127.0.0.1')
  await new Promise<void>((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked.length = 0
  answer = { status: 200, body: JSON.stringify({ ErrorCode: 0, Message: 'OK', MessageID: 'x' }) }
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('a mail by Postmark', () => {
  test('is one POST in the format of its API, with our Message-ID and without rewritten links', async () => {
    const mailer = createMailer({ smtpUrl: undefined, postmarkToken: TOKEN, from: FROM, postmarkUrl: url })
    expect(mailer.transport).toBe('postmark')
    expect(await mailer.send(MAIL)).toEqual({ kind: 'sent' })
    expect(asked).toMatchObject([
      { method: 'POST', url: '/email', headers: { 'x-postmark-server-token': TOKEN, accept: 'application/json' } },
    ])
    expect(asked[0]?.body).toEqual({
      ...{ From: FROM, To: MAIL.to, Subject: MAIL.subject, HtmlBody: MAIL.html, TextBody: MAIL.text },
      ...{ MessageStream: 'outbound', TrackOpens: false, TrackLinks: 'None' },
      Headers: [
        { Name: 'Message-ID', Value: `<${MAIL.messageKey}@ehealth.example>` },
        { Name: 'X-PM-KeepID', Value: 'true' },
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
      ],
    })
  })

  test.each([
    ['an inactive recipient', 422, 406, { code: 'postmark_406', isFinal: true }],
    ['an address that is none', 422, 300, { code: 'postmark_300', isFinal: true }],
    ['a sender that nobody confirmed, which can be put right', 422, 401, { code: 'postmark_401', isFinal: false }],
    ['a wrong token, which can be put right', 401, 10, { code: 'postmark_10', isFinal: false }],
    ['too many mails', 429, undefined, { code: 'postmark_http_429', isFinal: false }],
    ['an internal error', 500, undefined, { code: 'postmark_http_500', isFinal: false }],
    ['an answer that does not say it was taken', 200, undefined, { code: 'postmark_http_200', isFinal: false }],
  ])(
    'that meets %s ends with a code, which says whether a retry would fail the same way',
    async (_words, status, code, expected) => {
      answer = { status, body: code === undefined ? '<html>' : JSON.stringify({ ErrorCode: code, Message: MAIL.to }) }
      expect(await postmarkMailer(TOKEN, FROM, url).send(MAIL)).toEqual({ kind: 'failed', ...expected })
    },
  )

  test('that gets an endless answer or none fails and can be retried', async () => {
    answer = { status: 200, body: 'x'.repeat(100_000) }
    const unreachable = { kind: 'failed', code: 'postmark_unreachable', isFinal: false }
    expect(await postmarkMailer(TOKEN, FROM, url).send(MAIL)).toEqual(unreachable)
    expect(await postmarkMailer(TOKEN, FROM, 'http://127.0.0.1:1').send(MAIL)).toEqual(unreachable)
  })

  test('ends when it is cancelled', async () => {
    expect(await postmarkMailer(TOKEN, FROM, url).send(MAIL, AbortSignal.abort())).toEqual({ kind: 'aborted' })
  })
})

test('is checked by reading the token’s server, without sending anything', async () => {
  expect(await postmarkMailer(TOKEN, FROM, url).check()).toBeUndefined()
  expect(asked).toMatchObject([{ method: 'GET', url: '/server', headers: { 'x-postmark-server-token': TOKEN } }])
  answer = { status: 401, body: JSON.stringify({ ErrorCode: 10 }) }
  expect(await postmarkMailer(TOKEN, FROM, url).check()).toBe('postmark_10')
})
