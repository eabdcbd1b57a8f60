/**
 * Marked people are invited, become users and answer, by REST and on the page, rightly and wrongly, while mails go out and fail; then
 * everything that is not meant to hold personal data or secrets is searched for them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mailbox, startMailbox } from '../../demo/mailbox.ts'
import { mailWork } from '../../src/employee-requests/mails-work.ts'
import { DEFAULT_REQUEST_POLICY } from '../../src/employee-requests/policy.ts'
import { JobWorker } from '../../src/jobs/worker.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { postmarkMailer } from '../../src/mail/postmark.ts'
import { smtpMailer } from '../../src/mail/smtp.ts'
import { describeError } from '../../src/observability/errors.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { makeFacility } from '../employee-requests/facility.ts'
import { tokenIn, Visitor } from '../employee-requests/page-ground.ts'
import { aRequest, changed, type Json } from '../employee-requests/requests.ts'
import { until } from '../support/until.ts'

const EMAIL = 'kanarka.poshta@example.org'
const PASSWORD = 'КанаркаПароль 2026'
const [LAST, FIRST] = ['Канаренко', 'Жовтяна']

/** Tables with ids, codes, hashes and our own texts. */
const TABLES = [
  ...['zvirka.audit', 'zvirka.login_failures', 'event_manager.events', 'mithril.tokens', 'pgboss.job'],
  ...['il.employee_request_secrets', 'il.employee_request_dead_secrets', 'mithril.clients', 'mithril.user_roles'],
]

let api: TestApi
let box: Mailbox
const metrics = createMetrics()
beforeAll(async () => {
  api = await startTestApi({ meter: metrics.api() })
  box = await startMailbox()
})
afterAll(async () => {
  metrics.close()
  await box.close()
  await api.close()
})

const told: string[] = []

/** A REST request; any error answer is kept for the search. */
async function ask(...request: Parameters<TestApi['request']>) {
  const { status, headers, body } = await api.request(...request)
  told.push(JSON.stringify([...headers]))
  if (status >= 400) told.push(JSON.stringify(body))
  return { status, body }
}

/** Runs the mail jobs with one mailer after another. */
async function sendBy(...mailers: Mailer[]): Promise<JobWorker> {
  const database = api.db.open({ max: 8 })
  let turn = 0
  const mailer: Mailer = {
    transport: 'tests',
    check: async () => undefined,
    send: (mail, signal) => {
      turn += 1
      const way = mailers[turn - 1] ?? smtpMailer(box.url, 'no-reply@ehealth.example')
      return way.send(mail, signal)
    },
  }
  const meter = metrics.jobs()
  const worker = new JobWorker({
    ...{ database, url: api.db.url, applicationName: 'tests jobs', stopSeconds: 1 },
    queues: mailWork({
      ...{ executor: database, mailer, publicUrl: api.url },
      mails: DEFAULT_REQUEST_POLICY.mails,
    }).map((each) => ({ ...each, pauses: [0] })),
    events: {
      trouble: (error, where) => void told.push(JSON.stringify([describeError(error, true), where])),
      ended: (queue, verdict, code) => {
        meter.jobAttempt(queue, verdict)
        told.push(JSON.stringify([queue, verdict, code]))
      },
    },
  })
  await worker.start()
  return worker
}

test('no invited person’s data, and no secret, is where it should not be', async () => {
  const facility = await makeFacility(api)
  const party = { ...Object(aRequest('HR', facility)['party']), email: EMAIL, last_name: LAST, first_name: FIRST }
  const body = { employee_request: changed(aRequest('HR', facility), ['party'], party) as Json }
  const created = await ask('POST', '/api/employee_requests', { token: facility.token, body })
  expect(created.status).toBe(201)
  const { id } = created.body.data
  await ask('POST', '/api/employee_requests', {
    token: facility.token,
    body: changed(body, ['employee_request', 'party', 'email'], `${EMAIL} `),
  })

  // Sending fails in both ways and then works; an exception in a worker is handled like a failing mail server.
  const worker = await sendBy(
    smtpMailer('smtp://user:Kanarka-Parol@127.0.0.1:1', 'no-reply@ehealth.example'),
    postmarkMailer('kanarka-token', 'no-reply@ehealth.example', 'http://127.0.0.1:1'),
    { ...smtpMailer(box.url, 'a@b.ua'), send: async () => Promise.reject(new Error('a fault of our own')) },
  )
  const mail = await until('the invitation', async () => box.list().find(({ to }) => to === EMAIL))
  const secret = /invite=([\w-]{43})/.exec(mail.text)?.[1] ?? 'none'
  expect(secret).not.toBe('none')

  // First invalid, then valid input on the page; headers are searched as well, and so are the addresses in them.
  const on = new Visitor(api.url)
  const post = (path: string, fields: Record<string, string>) => on.send(`/invite/${id}${path}`, fields)
  const first = await on.ask(`/invite/${id}?invite=${secret}`)
  told.push(JSON.stringify([first.headers.get('location'), await first.text()]))
  const page = await on.go(`/invite/${id}`)
  const token = tokenIn(page.html)
  told.push((await post('/user', { password: 'Канарка', repeat: 'Канарка', token })).html.replaceAll(EMAIL, ''))
  await post('/sign-in', { email: EMAIL, password: PASSWORD, token })
  await ask('POST', `/api/employee_requests/${id}/user`, { body: { password: PASSWORD, invite: `${secret}x` } })
  await ask('POST', `/api/employee_requests/${id}/user`, { body: { password: 'Канарка', invite: secret } })
  await ask('POST', `/api/employee_requests/${id}/user`, { body: { password: 5, invite: [secret] } })
  await ask('POST', `/api/employee_requests/${id}/user?invite=${secret}`, { body: `{"password":"${PASSWORD}",` })
  const review = await post('/user', { password: PASSWORD, repeat: PASSWORD, token })
  expect(review.html).toContain(LAST)
  await ask('POST', `/api/employee_requests/${id}/user`, { body: { password: PASSWORD, invite: secret } })
  await ask('POST', `/api/employee_requests/${id}/invite`, { token: facility.token })
  const session = on.cookies.get('zvirka_invite_session')?.value ?? ''
  expect(session).not.toBe('')
  expect((await post('/approve', { token })).html).toContain('Запит підтверджено')
  await until('the registration', async () => box.list().find(({ subject }) => subject.includes('зареєстровано')))
  await until('all jobs to be over', async () => {
    const rows = await api.db.database.query({ text: `select from pgboss.job where state < 'completed'` })
    return rows.length === 0
  })
  await worker.stop()

  const places: [string, string][] = [
    ['what was told', told.join('\n')],
    [
      'log',
      JSON.stringify(api.logged.map(({ fields, message }) => ({ ...fields, error: String(fields.error), message }))),
    ],
    ['metrics', await metrics.text()],
  ]
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  for (const table of TABLES) {
    const rows = await owner.query<{ text: string }>({ text: `select t::text as text from ${table} t` })
    places.push([table, rows.map(({ text }) => text).join('\n')])
  }
  for (const place of ['what was told', 'zvirka.audit', 'pgboss.job', 'il.employee_request_dead_secrets', 'metrics'])
    expect(places.find(([name]) => name === place)?.[1], place).not.toBe('')
  const marks = [EMAIL, 'kanarka', 'Канарка', LAST, FIRST, secret, session]
  const hits = places.flatMap(([place, text]) =>
    marks.filter((mark) => text.toLowerCase().includes(mark.toLowerCase())).map((mark) => `${mark} in ${place}`),
  )
  expect(hits).toEqual([])
})
