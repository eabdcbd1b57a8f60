import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { provideDemoMail } from '../../demo/mail.ts'
import { type Mailbox, startMailbox } from '../../demo/mailbox.ts'
import { addDemoMails } from '../../demo/mails-page.ts'
import { readSettings } from '../../src/config/settings.ts'
import { createMailer } from '../../src/mail/mailer.ts'

let app: FastifyInstance
let box: Mailbox
beforeAll(async () => {
  box = await startMailbox()
  app = fastify()
  addDemoMails(app, box)
})
afterAll(async () => {
  await app.close()
  await box.close()
})

const MAIL = {
  ...{ to: 'maria@example.org', subject: 'Запрошення <b>', messageKey: 'k' },
  text: 'Посилання: http://127.0.0.1:4000/invite/1?invite=2 <script>',
  html: '<html><head></head><body><script>x</script><p>Лист</p></body></html>',
}

test('the captured mails are listed newest first, and each is shown with both parts, without running its content', async () => {
  const mailer = createMailer({ smtpUrl: box.url, postmarkToken: undefined, from: 'a@b.ua' })
  await mailer.send(MAIL)
  await mailer.send({ ...MAIL, subject: 'Другий' })
  const list = await app.inject('/demo/mails')
  expect([...list.body.matchAll(/href="\/demo\/mails\/(\d+)"/g)].map(([, number]) => number)).toEqual(['2', '1'])
  const mail = await app.inject('/demo/mails/1')
  expect(mail.body).toContain('<h1>Запрошення &#60;b&#62;</h1>')
  expect(mail.body).toContain('href="http://127.0.0.1:4000/invite/1?invite=2"')
  expect(mail.body).not.toContain('<script>')
  expect(mail.headers['content-security-policy']).toContain("default-src 'none'")
  const html = await app.inject('/demo/mails/1/html')
  expect(html.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/)
  expect((await app.inject('/demo/mails/77')).statusCode).toBe(404)
})

test('a configured mail server is used in the demo as well, and nothing is captured', async () => {
  const given = readSettings({ SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'a@b.ua' })
  const { settings, mailbox } = await provideDemoMail(given)
  expect(mailbox).toBeUndefined()
  expect(settings).toBe(given)
})

test('without one the demo sends to its own server', async () => {
  const { settings, mailbox } = await provideDemoMail(readSettings({}))
  const mailer = createMailer(settings.mail)
  expect(await mailer.check()).toBeUndefined()
  expect(await mailer.send(MAIL)).toEqual({ kind: 'sent' })
  expect(mailbox?.list()).toHaveLength(1)
  await mailbox?.close()
})
