import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cheapHash } from '../support/passwords.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const PASSWORD = 'Правильний пароль 1'

async function userWithPassword(email: string, clients = 1): Promise<void> {
  const { api } = world
  const client = await api.client()
  const { id } = await api.user({ email, role: 'NHS OPERATOR', client })
  await api.db.database.query({
    text: 'update mithril.users set password_hash = $2 where id = $1',
    values: [id, cheapHash(PASSWORD)],
  })
  for (let n = 1; n < clients; n += 1) {
    await api.db.database.query({
      text: `insert into mithril.user_roles (user_id, role_id, client_id) select $1, id, $2 from mithril.roles where name = 'NHS AUDITOR'`,
      values: [id, (await api.client()).id],
    })
  }
}

describe('signing in', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/', look)
    await opened.page.locator('form').waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `sign-in ${look.name}`)
    await opened.close()
  })

  test('with e-mail and password asks for no client if there is one, and opens the requested URL', async () => {
    await userWithPassword('one@zvirka.example')
    const opened = await world.open('/runs?state=FAILED')
    const { page } = opened
    await page.getByLabel('Електронна пошта').fill('One@zvirka.example')
    await page.getByLabel('Пароль').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Запуски' }).waitFor()
    expect(page.url()).toBe(`${world.api.url}/runs?state=FAILED`)
    expect(await page.getByText('one@zvirka.example').isVisible()).toBe(true)
    await expectSound(opened)
    const token = await page.evaluate<string>(`sessionStorage.getItem('zvirka.token')`)
    const { body } = await world.api.graphql(token, '{ viewer { masked } }')
    expect(body.data.viewer.masked).toBe(true)
    await opened.close()
  })

  test('asks for the client if there are several', async () => {
    await userWithPassword('two@zvirka.example', 2)
    const opened = await world.open('/')
    const { page } = opened
    await page.getByLabel('Електронна пошта').fill('two@zvirka.example')
    await page.getByLabel('Пароль').fill(PASSWORD)
    await page.getByRole('button', { name: 'Увійти', exact: true }).click()
    await page.getByLabel('Від імені якого закладу').waitFor()
    await expectSound(opened)
    await page.getByRole('button', { name: 'Увійти', exact: true }).click()
    await page.getByRole('heading', { name: 'Огляд' }).waitFor()
    await opened.close()
  })

  test('with a wrong password says so, and nothing else', async () => {
    const { page, close } = await world.open('/')
    await page.getByLabel('Електронна пошта').fill('nobody@zvirka.example')
    await page.getByLabel('Пароль').fill('x')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Пошта або пароль неправильні.' }).waitFor()
    await close()
  })

  test('with a token keeps another one, which masks; signing out ends it on the server', async () => {
    const given = await world.api.token({ role: 'NHS OPERATOR' })
    const { page, close } = await world.open('/')
    await page.getByRole('button', { name: 'Увійти за токеном' }).click()
    await page.getByLabel('Токен').fill(given)
    await page.getByRole('button', { name: 'Увійти', exact: true }).click()
    await page.getByRole('heading', { name: 'Огляд' }).waitFor()
    const token = await page.evaluate<string>(`sessionStorage.getItem('zvirka.token')`)
    expect(token).not.toBe(given)
    expect((await world.api.graphql(token, '{ viewer { masked } }')).body.data.viewer.masked).toBe(true)
    await page.getByRole('button', { name: 'Вийти' }).click()
    await page.getByText('Ви вийшли.').waitFor()
    expect((await world.api.graphql(token, '{ viewer { masked } }')).status).toBe(401)
    expect(await page.evaluate(`sessionStorage.getItem('zvirka.token')`)).toBeNull()
    await close()
  })
})

describe('one’s own password', () => {
  test.each(LOOKS)('is changed in a dialog, which is accessible and complete: $name', async (look) => {
    const isEnglish = look.language === 'en'
    const email = `own.${look.language}@zvirka.example`
    await userWithPassword(email)
    const opened = await world.open('/', look)
    const { page } = opened
    const signIn = async (password: string) => {
      await page.getByLabel(isEnglish ? 'E-mail' : 'Електронна пошта').fill(email)
      await page.getByLabel(isEnglish ? 'Password' : 'Пароль').fill(password)
      await page.keyboard.press('Enter')
    }
    await signIn(PASSWORD)
    await page.getByRole('heading', { name: isEnglish ? 'Overview' : 'Огляд' }).waitFor()
    const token = await page.evaluate<string>(`sessionStorage.getItem('zvirka.token')`)
    const menu = page.getByRole('button', { name: isEnglish ? 'Menu' : 'Меню' })
    if (await menu.isVisible()) await menu.click()
    const words = isEnglish ? 'Change password' : 'Змінити пароль'
    await page.getByRole('button', { name: words }).click()
    const dialog = page.getByRole('dialog')
    const fields = dialog.locator('input')
    const confirm = dialog.getByRole('button', { name: words })
    const fill = async (old: string, next: string, repeat = next) => {
      for (const [at, value] of [old, next, repeat].entries()) await fields.nth(at).fill(value)
      await confirm.click()
    }
    await fill('x', 'чотири довгі слова разом')
    await dialog.getByText(isEnglish ? 'The current password is wrong.' : 'Теперішній пароль неправильний.').waitFor()
    await expectSound(opened, look.language)
    await fill(PASSWORD, 'Password1234')
    await dialog
      .getByRole('alert')
      .filter({ hasText: isEnglish ? 'easy to guess.' : 'його легко вгадати.' })
      .waitFor()
    await fill(PASSWORD, 'чотири довгі слова разом', 'інше')
    await dialog.getByText(isEnglish ? 'The passwords differ.' : 'Паролі не збігаються.').waitFor()
    await fill(PASSWORD, 'чотири довгі слова разом')
    await page.getByText(isEnglish ? 'Sign in with the new password.' : 'Увійдіть із новим паролем.').waitFor()
    await expectSound(opened, look.language)
    expect((await world.api.graphql(token, '{ viewer { masked } }')).status).toBe(401)
    await signIn('чотири довгі слова разом')
    await page.getByRole('heading', { name: isEnglish ? 'Overview' : 'Огляд' }).waitFor()
    await opened.close()
  })
})

describe('a session', () => {
  test('ends after a period without activity, although the page keeps polling', async () => {
    const [, { page, close }] = [await userWithPassword('idle@zvirka.example'), await world.open('/')]
    await page.clock.install()
    await page.reload()
    await page.getByLabel('Електронна пошта').fill('idle@zvirka.example')
    await page.getByLabel('Пароль').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Огляд' }).waitFor()
    const isAutomatic = async () =>
      (await page.waitForRequest((each) => each.url().endsWith('/graphql'))).headers()['x-zvirka-automatic']
    const asked = isAutomatic()
    await page.keyboard.press('Tab')
    await page.clock.runFor(30_000)
    expect(await asked).toBeUndefined()
    await page.clock.runFor(60_000)
    const unattended = isAutomatic()
    await page.clock.runFor(30_000)
    expect(await unattended).toBe('1')
    const token = await page.evaluate<string>(`sessionStorage.getItem('zvirka.token')`)
    await world.api.db.database.query({
      text: `update mithril.tokens set used_at = now() - interval '31 minutes' where value_hash = sha256($1::text::bytea)`,
      values: [token],
    })
    await page.clock.runFor(60_000)
    await page.getByText('Сеанс завершився.').waitFor()
    await close()
  })

  test('that expired is reported, and continues at the same URL after signing in again', async () => {
    const { page, close } = await world.open('/runs', { role: 'NHS AUDITOR' })
    await page.getByRole('heading', { name: 'Запуски' }).waitFor()
    await world.api.db
      .open({ role: 'zvirka_owner', max: 1 })
      .query({ text: 'update mithril.tokens set expires_at = now()' })
    await page.getByText('Сеанс завершився.').waitFor()
    expect(page.url()).toBe(`${world.api.url}/runs`)
    await close()
  })

  test('of a role without the overview starts at a page that it may see; other pages are hidden and refused', async () => {
    const opened = await world.open('/', { role: 'OWNER' })
    const { page } = opened
    await page.waitForURL('**/employee-requests')
    expect(await page.getByRole('navigation', { name: 'Розділи' }).getByRole('link').count()).toBe(1)
    await page.goto(`${world.api.url}/runs`)
    await page.getByRole('heading', { name: 'Ваша роль не має доступу до цієї сторінки' }).waitFor()
    await expectSound(opened)
    await opened.close()
  })

  test('of a role without pages says so, and shows no navigation', async () => {
    const opened = await world.open('/', { role: 'PLATFORM' })
    await opened.page.getByRole('heading', { name: 'Для вашої ролі тут немає сторінок' }).waitFor()
    expect(await opened.page.getByRole('navigation').getByRole('link').count()).toBe(0)
    await expectSound(opened)
    await opened.close()
  })
})

describe('the frame', () => {
  test('is operated by keyboard: skip the navigation to the content, and to the heading of each page', async () => {
    const { page, close } = await world.open('/', { role: 'NHS OPERATOR' })
    await page.getByRole('heading', { name: 'Огляд' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Перейти до змісту')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN')
    await page.getByRole('link', { name: 'Запуски' }).press('Enter')
    await page.getByRole('heading', { name: 'Запуски' }).waitFor()
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1')
    expect(await page.title()).toBe('Запуски · Звірка')
    await close()
  })

  test('switches language and theme immediately, and stores them', async () => {
    const { page, close } = await world.open('/runs', { role: 'NHS OPERATOR' })
    await page.getByLabel('English').check()
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    await page.getByLabel('Dark').check()
    expect(await page.evaluate('getComputedStyle(document.body).colorScheme')).toBe('dark')
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    await close()
  })

  test('says that a URL has no page', async () => {
    const opened = await world.open('/runs/a/b', { role: 'NHS OPERATOR' })
    await opened.page.getByRole('heading', { name: 'Такої сторінки немає' }).waitFor()
    await expectSound(opened)
    await opened.close()
  })
})
