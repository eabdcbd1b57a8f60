// Rules: spec 5.3.7, 5.6.1
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CaughtMail, type Mailbox, startMailbox } from '../../demo/mailbox.ts'
import { invitationMail, registrationMail } from '../../src/employee-requests/mails.ts'
import { mailWork } from '../../src/employee-requests/mails-work.ts'
import type { InvitationRow, RegistrationRow } from '../../src/employee-requests/plans/invitation.ts'
import { DEFAULT_REQUEST_POLICY } from '../../src/employee-requests/policy.ts'
import { INVITATION_MAIL, KNOWN_PARTY_MAIL, REGISTRATION_MAIL } from '../../src/employee-requests/queues.ts'
import type { Queue } from '../../src/jobs/queue.ts'
import { JobWorker } from '../../src/jobs/worker.ts'
import type { Mailer } from '../../src/mail/mail.ts'
import { smtpMailer } from '../../src/mail/smtp.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { until } from '../support/until.ts'
import { USER } from '../synchronization/people.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed, type Json } from './requests.ts'

const PUBLIC_URL = 'https://ehealth.example/zvirka'
const PASSWORD = 'Надійний Пароль 2026'

let api: TestApi
let facility: Facility
let box: Mailbox
const workers: JobWorker[] = []
const ended: [queue: string, verdict: string, code: string | undefined][] = []
beforeAll(async () => {
  api = await startTestApi()
  facility = await makeFacility(api)
  box = await startMailbox()
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  ended.length = 0
})
afterAll(async () => {
  await box.close()
  await api.close()
})

const query = <Row = Record<string, unknown>>(text: string, ...values: unknown[]) =>
  api.db.database.query<Row>({ text, values })

async function request(): Promise<{ id: string; email: string }> {
  const email = `${randomUUID()}@example.org`
  const { status: _status, ...data } = changed(aRequest('DOCTOR', facility), ['party', 'email'], email) as Json
  const [row] = await query<{ id: string }>(
    'insert into il.employee_requests (data, inserted_by, updated_by) values ($1, $2, $2) returning id',
    JSON.stringify(data),
    USER,
  )
  return { id: row?.id ?? '', email }
}

const enqueue = (queue: Queue, id: string) => api.db.database.transaction((tx) => api.jobs.jobs.enqueue(tx, queue, id))

/** Runs the mail jobs without pauses; by default they go to the test mailbox. */
async function work(mailer: Mailer = smtpMailer(box.url, 'no-reply@ehealth.example')): Promise<void> {
  const database = api.db.open({ role: 'zvirka_worker', max: 8 })
  const worker = new JobWorker({
    ...{ database, url: api.db.url, applicationName: 'tests jobs', stopSeconds: 1 },
    queues: mailWork({
      ...{ executor: database, mailer, publicUrl: PUBLIC_URL },
      mails: DEFAULT_REQUEST_POLICY.mails,
    }).map((each) => ({ ...each, pauses: [0] })),
    events: { ended: (queue, verdict, code) => void ended.push([queue, verdict, code]) },
  })
  workers.push(worker)
  await worker.start()
}

const untilOver = (id: string, state = 'completed') =>
  until(`the job of ${id} to be ${state}`, async () => {
    const [job] = await query<{ id: string; output: unknown }>(
      'select id, output from pgboss.job where singleton_key = $1 and state = $2::pgboss.job_state',
      id,
      state,
    )
    return job
  })
const mailsTo = (email: string): CaughtMail[] => box.list().filter(({ to }) => to === email)
const secretsIn = (text: string) => [...text.matchAll(/\/invite\/([0-9a-f-]{36})\?invite=([\w-]{43})/g)]
const hashesOf = async (id: string) =>
  (
    await query<{ hash: Buffer }>('select hash from il.employee_request_secrets where employee_request_id = $1', id)
  ).map(({ hash }) => hash)

/** A mailer that sends the mail and then fails so many times before it reports success. */
function failingMailer(code: string, isFinal: boolean, times = Number.POSITIVE_INFINITY): Mailer {
  const real = smtpMailer(box.url, 'no-reply@ehealth.example')
  let left = times
  return {
    ...real,
    async send(mail) {
      const sent = await real.send(mail)
      left -= 1
      return left >= 0 ? { kind: 'failed', code, isFinal } : sent
    },
  }
}

describe('the invitation mail', () => {
  test('has in both parts the link with the secret, and the job does not contain it', async () => {
    const { id, email } = await request()
    await enqueue(INVITATION_MAIL, id)
    await work()
    const job = await untilOver(id)
    const [mail, ...more] = mailsTo(email)
    expect(more).toEqual([])
    expect(mail?.messageId).toBe(`<${job.id}@ehealth.example>`)
    const [[, linked, secret] = []] = secretsIn(mail?.text ?? '')
    expect(linked).toBe(id)
    expect(mail?.text).toContain(`${PUBLIC_URL}/invite/${id}?invite=${secret}`)
    expect(mail?.html).toContain(`href="${PUBLIC_URL}/invite/${id}?invite=${secret}"`)
    const [kept] = await query<{ text: string }>(
      'select t::text as text from pgboss.job t where singleton_key = $1',
      id,
    )
    expect(kept?.text).not.toContain(email)
    expect(kept?.text).not.toContain(secret)
    const answer = await api.request('POST', `/api/employee_requests/${id}/user`, {
      body: { password: PASSWORD, invite: secret },
    })
    expect(answer.status).toBe(201)
  })

  test('has a new secret and the same Message-ID on each attempt; each secret is valid until one is used', async () => {
    const { id, email } = await request()
    await enqueue(INVITATION_MAIL, id)
    await work(failingMailer('smtp_451', false, 2))
    await untilOver(id)
    const mails = mailsTo(email)
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    const secrets = mails.map(({ text }) => secretsIn(text)[0]?.[2])
    expect(new Set(secrets).size).toBe(3)
    expect(await hashesOf(id)).toHaveLength(3)
    const become = (invite: string | undefined) =>
      api.request('POST', `/api/employee_requests/${id}/user`, { body: { password: PASSWORD, invite } })
    expect((await become(secrets[2])).status).toBe(201)
    expect((await become(secrets[0])).status).toBe(403)
    expect((await become(secrets[1])).status).toBe(403)
  })

  test('stores its secret before it is sent', async () => {
    const { id } = await request()
    await enqueue(INVITATION_MAIL, id)
    const seen: number[] = []
    const real = smtpMailer(box.url, 'no-reply@ehealth.example')
    await work({
      ...real,
      async send(mail) {
        seen.push((await hashesOf(id)).length)
        return real.send(mail)
      },
    })
    await untilOver(id)
    expect(seen).toEqual([1])
  })

  test.each(['APPROVED', 'REJECTED', 'EXPIRED'])(
    'is not sent if the request is %s by then, and no secret is created',
    async (status) => {
      const { id, email } = await request()
      await enqueue(INVITATION_MAIL, id)
      await query('update il.employee_requests set status = $2 where id = $1', id, status)
      await work()
      await untilOver(id)
      expect(mailsTo(email)).toEqual([])
      expect(await hashesOf(id)).toEqual([])
    },
  )

  test('sent again is another mail with another Message-ID, and only its secret is valid', async () => {
    const { id, email } = await request()
    await enqueue(INVITATION_MAIL, id)
    await work()
    await untilOver(id)
    await api.request('POST', `/api/employee_requests/${id}/invite`, { token: facility.token })
    const mails = await until('the second mail', async () => (mailsTo(email).length === 2 ? mailsTo(email) : undefined))
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(2)
    expect(await hashesOf(id)).toHaveLength(1)
  })

  test('that was refused permanently fails at once, with its code; others are retried', async () => {
    const { id } = await request()
    await enqueue(INVITATION_MAIL, id)
    await work(failingMailer('smtp_550', true))
    const job = await untilOver(id, 'failed')
    expect(job.output).toEqual({ code: 'smtp_550' })
    expect(ended).toEqual([['invitation_mail', 'failed', 'smtp_550']])
  })

  test('that cannot be sent waits for a mail setting, and can be retried manually', async () => {
    const { id, email } = await request()
    await enqueue(INVITATION_MAIL, id)
    const { createMailer } = await import('../../src/mail/mailer.ts')
    await work(createMailer({ smtpUrl: undefined, postmarkToken: undefined, from: undefined }))
    const job = await untilOver(id, 'failed')
    expect(job.output).toEqual({ code: 'mail_not_configured' })
    expect(ended).toHaveLength(INVITATION_MAIL.attempts)
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await work()
    const { body } = await api.graphql(
      await api.token(),
      'mutation ($ids: [ID!]!) { retryJobs(input: { ids: $ids }) { jobs { state } } }',
      { ids: [Buffer.from(`Job:${job.id}`).toString('base64')] },
    )
    expect(body.errors).toBeUndefined()
    await untilOver(id)
    expect(mailsTo(email)).toHaveLength(1)
  })
})

test('mails that fail are retried with growing pauses for about a day', () => {
  const executor = api.db.database
  for (const { pauses, attempts } of mailWork({
    executor,
    mailer: smtpMailer(box.url, 'a@b.ua'),
    publicUrl: PUBLIC_URL,
    mails: DEFAULT_REQUEST_POLICY.mails,
  })) {
    expect(pauses).toHaveLength(attempts - 1)
    expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses)
    const hours = pauses.reduce((sum, pause) => sum + pause) / 3600
    expect(hours).toBeGreaterThan(20)
    expect(hours).toBeLessThan(28)
  }
})

describe('the mail about an approval', () => {
  test('is sent once per approval, with clinic, address, role and date, after the commit', async () => {
    const { id, email } = await request()
    await query(
      'update prm.legal_entities set addresses = $2 where id = $1',
      facility.legalEntityId,
      JSON.stringify([
        { type: 'REGISTRATION', settlement: 'Київ', street: 'вул. Хрещатик', building: '1', zip: '01001' },
      ]),
    )
    const token = await api.token({ role: 'OWNER', client: facility.client, email })
    await work()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.request('POST', `/api/employee_requests/${id}/approve`, { token })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    await untilOver(id)
    const [mail, ...more] = mailsTo(email)
    expect(more).toEqual([])
    expect(mail?.subject).toBe('Вас успішно зареєстровано: Test')
    for (const part of [mail?.text, mail?.html]) {
      expect(part).toContain('лікар первинної ланки')
      expect(part).toContain('01001, Київ, вул. Хрещатик, 1')
      expect(part).toContain(new Intl.DateTimeFormat('uk-UA', { dateStyle: 'long', timeZone: 'Europe/Kyiv' }).format())
    }
  })

  test('can fail without affecting the approval', async () => {
    const { id, email } = await request()
    const token = await api.token({ role: 'OWNER', client: facility.client, email })
    await query(
      `update il.employee_requests set data = jsonb_set(data, '{party,tax_id}', '"3344218765"') where id = $1`,
      id,
    )
    await work(failingMailer('smtp_550', true))
    expect((await api.request('POST', `/api/employee_requests/${id}/approve`, { token })).status).toBe(200)
    await untilOver(id, 'failed')
    expect(await query('select status from il.employee_requests where id = $1', id)).toEqual([{ status: 'APPROVED' }])
    expect(ended).toEqual([[REGISTRATION_MAIL.name, 'failed', 'smtp_550']])
  })
})

describe('the text of mails', () => {
  const invitation = (given: object = {}): InvitationRow =>
    ({
      data: aRequest('DOCTOR'),
      ...{ legal_entity_name: 'Амбулаторія «Здоров’я»', edrpou: '42032422', addresses: null, division_name: null },
      ...given,
    }) as unknown as InvitationRow

  test('is escaped in the HTML part, including link and names, and cannot inject headers', () => {
    const name = '<script>alert("1")</script>&\r\nBcc: x@x.ua'
    const { subject, html, text } = invitationMail(invitation({ legal_entity_name: name }), 'https://x.ua/?a=1&b="2"')
    expect(html).not.toContain('<script>')
    expect(html).toContain('href="https://x.ua/?a=1&#38;b=&#34;2&#34;"')
    expect(text).toContain(name)
    expect(subject).not.toMatch(/[\r\n]/)
  })

  test('of an invitation is Ukrainian, with a paragraph in English', () => {
    const { text, html } = invitationMail(invitation(), 'https://x.ua/invite/1?invite=2')
    expect(text).toMatchInlineSnapshot(`
      "Вас запрошують до роботи

      Вітаємо, Марія Іванівна!

      Амбулаторія «Здоров’я» просить підтвердити, що Ви працюєте (або працюватимете) в цьому закладі. Перегляньте запит і підтвердьте або відхиліть його.

      Заклад: Амбулаторія «Здоров’я»
      Код ЄДРПОУ: 42032422
      Роль: лікар первинної ланки
      Дата початку роботи: 2 березня 2026 р.

      Переглянути запит:
      https://x.ua/invite/1?invite=2

      Посилання особисте: не пересилайте його нікому. Ним можна скористатися, щоб один раз встановити пароль; далі входьте з цим паролем.

      Якщо цей лист потрапив до Вас помилково, просто видаліть його: без Вашого підтвердження нічого не зміниться.

      * * *

      You are invited to work at “Амбулаторія «Здоров’я»” (role: primary care doctor). Open the link to see the request and to approve or reject it. The link is personal: please do not forward it.

      -- 
      Цей лист надіслано автоматично електронною системою охорони здоров’я. Відповідати на нього не потрібно.
      "
    `)
    expect(html).toContain('<html lang="uk">')
    expect(html).toContain('<div lang="en"')
  })

  test('of an approval is Ukrainian, and says the day in Kyiv', () => {
    const registration = { ...invitation({ division_name: 'Амбулаторія № 1' }), status: 'APPROVED' }
    const { text } = registrationMail({
      ...registration,
      updated_at: new Date('2026-03-01T22:30:00Z'),
    } as RegistrationRow)
    expect(text).toMatchInlineSnapshot(`
      "Вас успішно зареєстровано

      Вітаємо, Марія Іванівна!

      Запит підтверджено, і Вас зареєстровано в електронній системі охорони здоров’я.

      Заклад: Амбулаторія «Здоров’я»
      Код ЄДРПОУ: 42032422
      Підрозділ: Амбулаторія № 1
      Роль: лікар первинної ланки
      Дата реєстрації: 2 березня 2026 р.
      Дата початку роботи: 2 березня 2026 р.

      Якщо Ви цього не робили, негайно зверніться до закладу.

      -- 
      Цей лист надіслано автоматично електронною системою охорони здоров’я. Відповідати на нього не потрібно.
      "
    `)
  })
})

describe('the users of the party in a request', () => {
  test('are informed by mail if it invites another address, with a daily limit, and again after approval', async () => {
    const { id, email } = await request()
    const known = `${randomUUID()}@example.org`
    await query(
      `update il.employee_requests set data = jsonb_set(data, '{party,tax_id}', '"2222333344"') where id = $1`,
      id,
    )
    const partyId = randomUUID()
    await query(
      `insert into prm.parties (id, first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
       select $1, 'Марія', 'Коваленко', (data #>> '{party,birth_date}')::date, data #>> '{party,tax_id}', $1, $1 from il.employee_requests where id = $2`,
      partyId,
      id,
    )
    for (const each of [known, email]) {
      await query(
        `with u as (insert into mithril.users (email) values ($1) returning id)
         insert into prm.party_users (user_id, party_id) select id, $2 from u`,
        each,
        partyId,
      )
    }
    await work()
    for (let round = 1; round <= 4; round += 1) {
      if (round === 3) await query(`update il.employee_requests set status = 'APPROVED' where id = $1`, id)
      await enqueue(KNOWN_PARTY_MAIL, id)
      await expect.poll(() => ended.filter(([queue]) => queue === KNOWN_PARTY_MAIL.name).length).toBe(round)
    }
    expect(ended.map(([, verdict]) => verdict)).toEqual(Array(4).fill('done'))
    const subjects = box
      .list()
      .filter(({ to }) => to.includes(known))
      .map(({ subject }) => subject.split(':')[0])
    expect(subjects.toReversed()).toEqual([
      'Надійшов запит на зміну Ваших даних',
      'Надійшов запит на зміну Ваших даних',
      'Ваші дані в системі змінено',
    ])
    expect(box.list().filter(({ to }) => to.includes(email))).toEqual([])
  })
})
