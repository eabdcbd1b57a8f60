import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import { codeOf, secondFactorPolicy, TestClock, testKeys } from '../support/second-factor.ts'
import { type Invited, makePageGround, PASSWORD, type PageGround, tokenIn, Visitor } from './page-ground.ts'

let ground: PageGround
beforeAll(async () => {
  ground = await makePageGround()
})
afterEach(() => ground.query('delete from zvirka.login_failures'))
afterAll(() => ground.close())

const visitor = (on: PageGround = ground) => new Visitor(on.api.url)
const twice = (password: string) => ({ password, repeat: password })

/** Follows the link, sets a password, and arrives at the request. */
async function enter(invited: Invited, on = visitor()) {
  await on.go(invited.link)
  const page = await on.go(`/invite/${invited.id}`)
  return { on, page: await on.send(`/invite/${invited.id}/user`, { ...twice(PASSWORD), token: tokenIn(page.html) }) }
}

describe('the link in the mail', () => {
  test('moves the secret at once to a cookie of this invitation, and out of the URL', async () => {
    const { id, link } = await ground.invite()
    const on = visitor()
    const first = await on.ask(link)
    expect(first.status).toBe(303)
    expect(first.headers.get('location')).toBe(`/invite/${id}/open`)
    expect(await first.text()).toBe('')
    const { value, attributes } = on.cookies.get('zvirka_invite') ?? {}
    expect(link).toContain(value)
    expect(attributes).toBe(`Path=/invite/${id}; Max-Age=1800; HttpOnly; SameSite=Strict`)
  })

  test('without cookies, as on a cross-site navigation, shows a page that continues by itself', async () => {
    const { id } = await ground.invite()
    const page = await visitor().go(`/invite/${id}/open?lang=en`)
    expect(page.html).toContain(`<meta http-equiv="refresh" content="0; url=/invite/${id}?lang=en">`)
    expect(page.html).toContain(`href="/invite/${id}?lang=en">Continue</a>`)
  })

  test('always answers with restrictive security headers', async () => {
    const { id, link } = await ground.invite()
    for (const path of [link, `/invite/${id}`, `/invite/${id}/open`, `/invite/${randomUUID()}`]) {
      const { headers } = await visitor().ask(path)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      )
    }
  })

  test('sets host-only cookies over https, and uses URLs below its path', async () => {
    const other = await makePageGround({ publicUrl: 'https://ehealth.example/zvirka' })
    try {
      const { id, link } = await other.invite()
      const response = await visitor(other).ask(`${link}&lang=en`)
      expect(response.headers.get('location')).toBe(`/zvirka/invite/${id}/open?lang=en`)
      for (const cookie of response.headers.getSetCookie())
        expect(cookie).toMatch(new RegExp(`^__Host-zvirka_invite(_form|_result)?_${id}=.*; Path=/; .*; Secure$`))
      const on = visitor(other)
      await on.ask(link)
      const kept = on.cookies.get(`__Host-zvirka_invite_${id}`)
      expect(kept?.value).toBe(new URL(link, other.api.url).searchParams.get('invite'))
      const page = await visitor(other).ask(`/invite/${id}`)
      expect(await page.text()).toContain(`action="/zvirka/invite/${id}/sign-in"`)
    } finally {
      await other.close()
    }
  })
})

describe('the invited person', () => {
  test('sets a password, sees the request, and approves it: the session ends, and the result remains visible', async () => {
    const invited = await ground.invite()
    const { on, page } = await enter(invited)
    for (const words of ['Амбулаторія «Здоров’я»', 'Коваленко Марія Іванівна', 'лікар первинної ланки', 'АБ123456'])
      expect(page.html).toContain(words)
    expect(on.cookies.has('zvirka_invite')).toBe(false)
    const session = on.cookies.get('zvirka_invite_session')
    expect(session?.attributes).toBe(`Path=/invite/${invited.id}; Max-Age=3600; HttpOnly; SameSite=Strict`)
    const scopes = await ground.query(
      `select t.details ->> 'scope' as scope from mithril.tokens t join mithril.users u on u.id = t.user_id where u.email = $1`,
      invited.email,
    )
    expect(scopes).toEqual([{ scope: 'employee_request:update employee_request:approve employee_request:reject' }])

    const confirm = await on.go(`/invite/${invited.id}/approve`)
    expect(await ground.status(invited.id)).toBe('NEW')
    const result = await on.send(`/invite/${invited.id}/approve`, { token: tokenIn(confirm.html) })
    expect(result.html).toContain('<h1>Запит підтверджено</h1>')
    expect(await ground.status(invited.id)).toBe('APPROVED')
    expect((await on.go(`/invite/${invited.id}`)).html).toContain('<h1>Запит підтверджено</h1>')
    expect(on.cookies.has('zvirka_invite_session')).toBe(false)
    const left = await ground.query(
      'select t.id from mithril.tokens t join mithril.users u on u.id = t.user_id where u.email = $1',
      invited.email,
    )
    expect(left).toEqual([])
    const audit = await ground.query(
      `select operation, action from zvirka.audit a join mithril.users u on u.id = a.user_id where u.email = $1 order by a.id`,
      invited.email,
    )
    expect(audit.map(({ operation, action }) => `${action} ${operation}`)).toEqual([
      'write POST /invite/:id/user',
      'sign_in POST /invite/:id/user',
      'read GET /invite/:id',
      ...Array.from({ length: 3 }, () => 'write POST /invite/:id/approve'),
      'sign_out POST /invite/:id/approve',
    ])
    const jobs = await ground.query(`select name from pgboss.job where singleton_key = $1`, invited.id)
    expect(jobs).toEqual([{ name: 'registration_mail' }])
  })

  test('rejects it', async () => {
    const invited = await ground.invite()
    const { on } = await enter(invited)
    const confirm = await on.go(`/invite/${invited.id}/reject?lang=en`)
    const result = await on.send(`/invite/${invited.id}/reject?lang=en`, { token: tokenIn(confirm.html) })
    expect(result.html).toContain('<h1>The request is rejected</h1>')
    expect(await ground.status(invited.id)).toBe('REJECTED')
  })

  test('with an existing user signs in without using the secret', async () => {
    const invited = await ground.invite()
    await ground.user(invited.email)
    const on = visitor()
    const page = await on.go(invited.link)
    const form = await on.go(`/invite/${invited.id}`)
    expect(page.status).toBe(200)
    expect(form.html).toContain('Для цієї адреси вже є користувач')
    const credentials = { email: invited.email.toUpperCase(), password: PASSWORD, token: tokenIn(form.html) }
    expect((await on.send(`/invite/${invited.id}/sign-in`, credentials)).html).toContain('<h1>Запит на працівника</h1>')
    expect(
      await ground.query('select from il.employee_request_secrets where employee_request_id = $1', invited.id),
    ).toHaveLength(1)
  })

  test('with a second factor enters a code; without a required one gets a link to set it up', async () => {
    const [clock, encryption] = [new TestClock(), testKeys()]
    const strict = await makePageGround({ encryption, policy: secondFactorPolicy(encryption, clock, 'all') })
    try {
      await prepareKeys(strict.api.db.database, encryption)
      const invited = await strict.invite()
      const { page } = await enter(invited, visitor(strict))
      expect([page.status, page.html]).toEqual([
        403,
        expect.stringContaining('<h1>Спершу налаштуйте вхід із кодом</h1>'),
      ])
      expect(page.html).toContain('href="/">Налаштувати вхід із кодом</a>')

      const credentials = { email: invited.email, password: PASSWORD }
      const setup = '/oauth/second_factor/setup'
      const { body } = await strict.api.request('POST', setup, { body: credentials })
      const { secret } = body.data
      await strict.api.request('POST', `${setup}/confirm`, { body: { ...credentials, code: codeOf(secret, clock) } })
      clock.move(1)
      const on = visitor(strict)
      const form = await on.go(`/invite/${invited.id}?lang=en`)
      const signIn = (more: object) =>
        on.send(`/invite/${invited.id}/sign-in?lang=en`, { ...credentials, token: tokenIn(form.html), ...more })
      const asked = await signIn({})
      expect([asked.status, asked.html]).toEqual([401, expect.stringContaining('This user signs in with a code.')])
      expect(asked.html).toMatch(/<input id="code" name="code" type="text" autocomplete="one-time-code" required>/)
      expect(asked.html).not.toContain(PASSWORD)
      expect((await signIn({ code: codeOf(secret, clock, 5) })).html).toContain('The code is wrong')
      expect((await signIn({ password: 'x', code: codeOf(secret, clock) })).html).not.toContain('code')
      expect((await signIn({ code: codeOf(secret, clock) })).html).toContain('<h1>Employee request</h1>')
    } finally {
      await strict.close()
    }
  })

  test('can leave without an answer, and the token is revoked', async () => {
    const invited = await ground.invite()
    const { on, page } = await enter(invited)
    const session = on.cookies.get('zvirka_invite_session')?.value ?? ''
    expect((await ground.api.request('GET', `/api/employee_requests/${invited.id}`, { token: session })).status).toBe(
      200,
    )
    await on.send(`/invite/${invited.id}/leave`, { token: tokenIn(page.html) })
    expect((await ground.api.request('GET', `/api/employee_requests/${invited.id}`, { token: session })).status).toBe(
      401,
    )
    expect(await ground.status(invited.id)).toBe('NEW')
  })

  test('sees at the field what a password lacks, and can retry', async () => {
    const invited = await ground.invite()
    const on = visitor()
    await on.go(invited.link)
    const send = async (fields: Record<string, string>) => {
      const { html } = await on.go(`/invite/${invited.id}?lang=en`)
      return on.send(`/invite/${invited.id}/user?lang=en`, { ...fields, token: tokenIn(html) })
    }
    const weak = await send(twice('short'))
    expect(weak.status).toBe(422)
    expect(weak.html).toMatch(/id="password"[^>]* aria-invalid="true" aria-describedby="password-error password-help"/)
    expect([...weak.html.matchAll(/class="unmet">([^<(]+) \(not met\)/g)].map(([, rule]) => rule)).toEqual([
      'at least 12 characters long',
    ])
    expect((await send(twice('Password1234'))).html).toContain(
      'class="unmet">neither common nor easy to guess (not met)',
    )
    expect((await send({ password: PASSWORD, repeat: `${PASSWORD}x` })).html).toContain('The passwords differ')
    expect((await send({ password: '', repeat: '' })).html).toContain('Enter a password.')
    expect((await send(twice(`${PASSWORD}${'x'.repeat(1100)}`))).html).toContain('The password is too long')
    expect((await send(twice(PASSWORD))).html).toContain('<h1>Employee request</h1>')
  })

  test('sees that a session has ended', async () => {
    const invited = await ground.invite()
    const { on } = await enter(invited)
    await ground.query(
      'delete from mithril.tokens where user_id = (select id from mithril.users where email = $1)',
      invited.email,
    )
    const page = await on.go(`/invite/${invited.id}`)
    expect(page.html).toContain('Ваш сеанс завершено')
  })

  test('with another party’s e-mail sees an error, and stays on the request', async () => {
    const invited = await ground.invite()
    const userId = await ground.user(invited.email)
    const partyId = randomUUID()
    await ground.query(
      `insert into prm.parties (id, first_name, last_name, birth_date, inserted_by, updated_by) values ($1, 'Інша', 'Особа', '1970-01-01', $1, $1)`,
      partyId,
    )
    await ground.query('insert into prm.party_users (user_id, party_id) values ($1, $2)', userId, partyId)
    const on = visitor()
    await on.go(invited.link)
    const form = await on.go(`/invite/${invited.id}`)
    const credentials = { email: invited.email, password: PASSWORD, token: tokenIn(form.html) }
    const review = await on.send(`/invite/${invited.id}/sign-in`, credentials)
    const refused = await on.send(`/invite/${invited.id}/approve`, { token: tokenIn(review.html) })
    expect(refused.status).toBe(409)
    expect(refused.html).toContain('Ця електронна адреса вже належить іншій особі')
    expect(await ground.status(invited.id)).toBe('NEW')
  })
})

describe('other people', () => {
  test('see nothing of the request without the secret or the right user', async () => {
    const invited = await ground.invite()
    const stranger = await ground.user(`${randomUUID()}@example.org`)
    const [row] = await ground.query<{ email: string }>('select email from mithril.users where id = $1', stranger)
    const on = visitor()
    const page = await on.go(`/invite/${invited.id}?invite=wrong`)
    expect(page.status).toBe(403)
    expect(page.html).toContain('Це посилання вже не діє')
    const credentials = { email: row?.email ?? '', password: PASSWORD, token: tokenIn(page.html) }
    const refused = await on.send(`/invite/${invited.id}/sign-in`, credentials)
    expect(refused.status).toBe(403)
    expect(refused.html).toContain('надіслано на іншу адресу')
    for (const { html } of [page, await on.go(`/invite/${invited.id}`), refused]) {
      for (const secret of ['Амбулаторія', 'Коваленко', invited.email, 'лікар']) expect(html).not.toContain(secret)
    }
    expect(await ground.query('select from mithril.tokens where user_id = $1', stranger)).toEqual([])
  })

  test('are slowed down after wrong secrets and wrong passwords', async () => {
    const invited = await ground.invite()
    for (let n = 0; n < 11; n += 1) {
      const on = visitor()
      await on.go(`/invite/${invited.id}?invite=guess${n}`)
      await on.go(`/invite/${invited.id}`)
    }
    const on = visitor()
    await on.go(invited.link)
    const page = await on.go(`/invite/${invited.id}`)
    expect(page.status).toBe(429)
    expect(page.html).toContain('Забагато невдалих спроб')
    await ground.query('delete from zvirka.login_failures')
    const form = await on.go(`/invite/${invited.id}`)
    const fields = { email: invited.email, password: 'x', token: tokenIn(form.html) }
    const statuses: number[] = []
    for (let n = 0; n < 7; n += 1) statuses.push((await on.send(`/invite/${invited.id}/sign-in`, fields)).status)
    expect(statuses.at(0)).toBe(401)
    expect(statuses.at(-1)).toBe(429)
  })

  test.each(['/invite/x', `/invite/${randomUUID()}`, '/invite/%00', '/invite/..%2f..'])(
    'at %s find no invitation',
    async (path) => {
      const page = await visitor().go(path)
      expect(page.status).toBe(404)
      expect(page.html).toContain('Такого запрошення немає')
    },
  )
})

describe('an expired or used link', () => {
  test.each([
    ['APPROVED', 409, 'Запит уже підтверджено'],
    ['REJECTED', 409, 'Запит уже відхилено'],
    ['EXPIRED', 403, 'Термін дії запиту минув'],
  ])('says that the request is %s, before and after signing in', async (status, code, title) => {
    const [one, other] = [await ground.invite(), await ground.invite()]
    const { on } = await enter(other)
    await ground.query('update il.employee_requests set status = $2 where id = any ($1)', [one.id, other.id], status)
    const before = visitor()
    await before.go(one.link)
    for (const page of [await before.go(`/invite/${one.id}`), await on.go(`/invite/${other.id}`)]) {
      expect(page.status).toBe(code)
      expect(page.html).toContain(`<h1>${title}</h1>`)
    }
  })

  test('says that it was used, and offers to sign in', async () => {
    const invited = await ground.invite()
    await enter(invited)
    const page = await visitor().go(invited.link)
    expect(page.status).toBe(403)
    expect(page.html).toContain('Якщо Ви вже встановили пароль, увійдіть')
  })
})

describe('a form', () => {
  const cases: [string, Record<string, string>, (token: string) => string][] = [
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, (token) => token],
    ['from another site of the same domain', { 'sec-fetch-site': 'same-site' }, (token) => token],
    ['whose origin is another', { origin: 'https://evil.example' }, (token) => token],
    ['without a token', {}, () => ''],
    ['with another token', {}, (token) => token.replace(/./, (first) => (first === 'A' ? 'B' : 'A'))],
  ]
  test.each(cases)('%s does nothing', async (_words, headers, tokenOf) => {
    const invited = await ground.invite()
    const { on, page } = await enter(invited)
    const answer = await on.send(`/invite/${invited.id}/approve`, { token: tokenOf(tokenIn(page.html)) }, headers)
    expect(answer.status).toBe(403)
    expect(answer.html).toContain('Форма застаріла')
    expect(await ground.status(invited.id)).toBe('NEW')
  })

  test('of an older browser, which sends only Origin, is accepted', async () => {
    const invited = await ground.invite()
    const { on, page } = await enter(invited)
    await on.send(`/invite/${invited.id}/reject`, { token: tokenIn(page.html) }, { origin: ground.api.url })
    expect(await ground.status(invited.id)).toBe('REJECTED')
  })

  test('that is too large or malformed is refused with a page', async () => {
    const { id } = await ground.invite()
    const large = await visitor().send(`/invite/${id}/user`, { password: 'x'.repeat(20_000) })
    expect(large.status).toBe(413)
    expect(large.html).toContain('Сталася помилка')
  })
})

test('the log has nothing of it except sign-ins, sign-outs and refusals', () => {
  const told = ground.api.logged.map(({ message, fields: { code, state, reason, ...others } }) => ({ message, others }))
  const messages = new Set(told.map(({ message }) => message))
  expect([...messages].toSorted()).toEqual(['a request was refused', 'a sign-in', 'a sign-out'])
  expect(told.filter(({ others }) => Object.keys(others).length > 0)).toEqual([])
  const reasons = new Set(ground.api.logged.map(({ fields }) => fields.reason))
  expect([...reasons].filter((reason) => !/^(GET|POST) \/[a-z_/:-]+$/.test(reason ?? ''))).toEqual([])
})
