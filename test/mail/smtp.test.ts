import { createServer, type Server } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { type Mailbox, startMailbox } from '../../demo/mailbox.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { createMailer } from '../../src/mail/mailer.ts'
import { smtpMailer } from '../../src/mail/smtp.ts'
import { makeCertificate } from '../trembita/support/certificates.ts'

const FROM = 'еЗдоров’я <no-reply@ehealth.example>'
const MAIL: Mail = {
  to: 'olena.shevchenko@example.org',
  subject: 'Запрошення до роботи: Заклад «Здоров’я» — довга назва, щоб рядок був складений',
  text: 'Вітаємо!\n\nПосилання: https://ehealth.example/invite/1?invite=a=b\n.крапка на початку рядка\n',
  html: '<p>Вітаємо! <a href="https://ehealth.example/invite/1?invite=a=b">посилання</a></p>',
  messageKey: '6d1f4a34-5a1e-4f0c-b9e1-0a3e1a0f6b11',
}

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function mailbox(): Promise<Mailbox> {
  const box = await startMailbox()
  closers.push(() => box.close())
  return box
}

/** A mail server with the given behaviour; returns its address without the scheme. */
async function server(options: SMTPServerOptions): Promise<string> {
  const smtp = new SMTPServer({ authOptional: true, closeTimeout: 100, ...options })
  smtp.on('error', () => undefined)
  const listener = smtp.listen(0, '127.0.0.1')
  await new Promise<void>((resolve) => listener.once('listening', resolve))
  closers.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())))
  return `127.0.0.1:${Reflect.get(Object(listener.address()), 'port')}`
}

const drain: SMTPServerOptions['onData'] = (stream, _session, answer) => void stream.resume().on('end', () => answer())

function refusing(responseCode: number): Error {
  return Object.assign(new Error('olena.shevchenko@example.org is unknown here'), { responseCode })
}

describe('a mail by SMTP', () => {
  test('arrives with both parts, sender, recipient and Message-ID, unchanged', async () => {
    const box = await mailbox()
    const mailer = createMailer({ smtpUrl: box.url, postmarkToken: undefined, from: FROM })
    expect(mailer.transport).toBe('smtp')
    expect(await mailer.send(MAIL)).toEqual({ kind: 'sent' })
    expect(box.list()).toMatchObject([
      {
        ...{ subject: MAIL.subject, text: MAIL.text, html: MAIL.html },
        ...{ to: MAIL.to, from: FROM, messageId: `<${MAIL.messageKey}@ehealth.example>`, number: 1 },
      },
    ])
  })

  test('has the same Message-ID on each attempt', async () => {
    const box = await mailbox()
    const mailer = smtpMailer(box.url, FROM)
    await mailer.send(MAIL)
    await mailer.send(MAIL)
    const [second, first] = box.list()
    expect(second?.messageId).toBe(first?.messageId)
  })

  test('is encrypted if the server supports it, and authenticated with the URL’s user and password', async () => {
    const { certificate: cert, key } = makeCertificate({ name: 'mail', hosts: ['127.0.0.1'] })
    const seen: unknown[] = []
    const address = await server({
      ...{ cert, key, authOptional: false },
      onAuth: ({ username, password }, { secure }, answer) => {
        seen.push({ username, password, secure })
        answer(null, { user: 'x' })
      },
      onData: drain,
    })
    const mailer = smtpMailer(`smtp://us%40er:p%3Ass@${address}?starttls=required`, FROM, cert)
    expect(await mailer.check()).toBeUndefined()
    expect(await mailer.send(MAIL)).toEqual({ kind: 'sent' })
    expect(seen.at(-1)).toEqual({ username: 'us@er', password: 'p:ss', secure: true })
  })

  test('uses TLS from the first byte with smtps, and only with a trusted certificate', async () => {
    const { certificate: cert, key } = makeCertificate({ name: 'mail', hosts: ['127.0.0.1'] })
    const address = await server({ cert, key, secure: true, onData: drain })
    expect(await smtpMailer(`smtps://${address}`, FROM, cert).send(MAIL)).toEqual({ kind: 'sent' })
    const result = await smtpMailer(`smtps://${address}`, FROM).send(MAIL)
    expect(result).toEqual({ kind: 'failed', code: 'smtp_tls', isFinal: false })
  })

  test('is not sent unencrypted if the URL requires encryption', async () => {
    const address = await server({ disabledCommands: ['STARTTLS'], onData: drain })
    const result = await smtpMailer(`smtp://${address}?starttls=required`, FROM).send(MAIL)
    expect(result).toMatchObject({ kind: 'failed', isFinal: false })
  })

  test.each([
    ['refused permanently at the recipient', { onRcptTo: 550 }, { code: 'smtp_550', isFinal: true }],
    ['refused for now at the recipient', { onRcptTo: 451 }, { code: 'smtp_451', isFinal: false }],
    [
      'refused permanently at the sender, which a setting may correct',
      { onMailFrom: 553 },
      { code: 'smtp_553', isFinal: false },
    ],
    ['refused permanently at its content', { onData: 554 }, { code: 'smtp_554', isFinal: true }],
    ['refused for now at its content', { onData: 452 }, { code: 'smtp_452', isFinal: false }],
  ])('%s ends with a code, which says whether a retry would fail the same way', async (_words, when, expected) => {
    const { onRcptTo, onMailFrom, onData } = when as { onRcptTo?: number; onMailFrom?: number; onData?: number }
    const address = await server({
      onMailFrom: (_from, _session, answer) => answer(onMailFrom === undefined ? undefined : refusing(onMailFrom)),
      onRcptTo: (_to, _session, answer) => answer(onRcptTo === undefined ? undefined : refusing(onRcptTo)),
      onData: (stream, _session, answer) =>
        void stream.resume().on('end', () => answer(onData === undefined ? undefined : refusing(onData))),
    })
    expect(await smtpMailer(`smtp://${address}`, FROM).send(MAIL)).toEqual({ kind: 'failed', ...expected })
  })

  test('with a wrong password fails and can be retried', async () => {
    const address = await server({
      ...{ authOptional: false, allowInsecureAuth: true, disabledCommands: ['STARTTLS'] },
      onAuth: (_auth, _session, answer) => answer(refusing(535)),
    })
    const mailer = smtpMailer(`smtp://user:wrong@${address}`, FROM)
    expect(await mailer.send(MAIL)).toEqual({ kind: 'failed', code: 'smtp_login', isFinal: false })
    expect(await mailer.check()).toBe('smtp_login')
  })

  test('to an unreachable server fails at once, and can be retried', async () => {
    const result = await smtpMailer('smtp://127.0.0.1:1', FROM).send(MAIL)
    expect(result).toEqual({ kind: 'failed', code: 'smtp_unreachable', isFinal: false })
  })

  test('to an unresponsive server ends when it is cancelled', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise<void>((resolve) => silent.once('listening', resolve))
    closers.push(() => new Promise<void>((resolve) => silent.close(() => resolve())))
    const stop = new AbortController()
    const sending = smtpMailer(`smtp://127.0.0.1:${Reflect.get(Object(silent.address()), 'port')}`, FROM).send(
      MAIL,
      stop.signal,
    )
    silent.once('connection', () => stop.abort())
    expect(await sending).toEqual({ kind: 'aborted' })
  })

  test.each(['', 'nobody', 'a@x.ua, b@x.ua', 'Name <a@x.ua>', 'a@x.ua\r\nBcc: b@x.ua'])(
    'to %j, which is not one address, is refused permanently and not sent',
    async (to) => {
      const box = await mailbox()
      const result = await smtpMailer(box.url, FROM).send({ ...MAIL, to })
      expect(result).toEqual({ kind: 'failed', code: 'mail_recipient_invalid', isFinal: true })
      expect(box.list()).toEqual([])
    },
  )
})

test('without a configured server fails with a specific code, and can be retried', async () => {
  const mailer = createMailer({ smtpUrl: undefined, postmarkToken: undefined, from: undefined })
  expect(await mailer.send(MAIL)).toEqual({ kind: 'failed', code: 'mail_not_configured', isFinal: false })
  expect(await mailer.check()).toBe('mail_not_configured')
})
