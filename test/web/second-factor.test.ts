/** Two-factor sign-in on the admin page: setting it up, signing in with it, and turning it off. */
import type { Page } from 'playwright-core'
import { decodeQR } from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import { cheapHash } from '../support/passwords.ts'
import { codeOf, secondFactorPolicy, TestClock, testKeys } from '../support/second-factor.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

const clock = new TestClock()
const encryption = testKeys()
const PASSWORD = 'Правильний пароль 1'

let free: World
let strict: World
beforeAll(async () => {
  free = await startWorld(secondFactorPolicy(encryption, clock))
  strict = await startWorld(secondFactorPolicy(encryption, clock, 'all'))
  for (const { api } of [free, strict]) await prepareKeys(api.db.database, encryption)
})
afterAll(() => Promise.all([free.close(), strict.close()]))

async function userWithPassword({ api }: World, email: string): Promise<void> {
  const { id } = await api.user({ email, role: 'NHS OPERATOR' })
  await api.db.database.query({
    text: 'update mithril.users set password_hash = $2 where id = $1',
    values: [id, cheapHash(PASSWORD)],
  })
}

const WORDS = {
  uk: {
    ...{ email: 'Електронна пошта', password: 'Пароль', overview: 'Огляд', menu: 'Меню', factor: 'Вхід із кодом' },
    ...{
      begin: 'Налаштувати',
      on: 'Увімкнути',
      off: 'Вимкнути',
      saved: 'Я зберіг коди',
      leave: 'Вийти',
      enter: 'Увійти',
    },
    ...{ wrong: 'Код неправильний', done: 'Вхід із кодом налаштовано.', own: 'Ваш пароль', change: 'Змінити пароль' },
    needed: 'Для входу потрібен код.',
  },
  en: {
    ...{ email: 'E-mail', password: 'Password', overview: 'Overview', menu: 'Menu', factor: 'Two-factor sign-in' },
    ...{
      begin: 'Set it up',
      on: 'Turn on',
      off: 'Turn off',
      saved: 'I have saved the codes',
      leave: 'Sign out',
      enter: 'Sign in',
    },
    ...{
      wrong: 'The code is wrong',
      done: 'Two-factor sign-in is set up.',
      own: 'Your password',
      change: 'Change password',
    },
    needed: 'A code is needed to sign in.',
  },
} as const
type Words = (typeof WORDS)['uk' | 'en']

async function enterPassword(page: Page, words: Words, email: string): Promise<void> {
  await page.getByLabel(words.email).fill(email)
  await page.getByLabel(words.password, { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
}

async function press(page: Page, words: Words, name: string): Promise<void> {
  const menu = page.getByRole('button', { name: words.menu })
  if ((await menu.isVisible()) && (await menu.getAttribute('aria-expanded')) !== 'true') await menu.click()
  await page.getByRole('button', { name, exact: true }).click()
}

/** What a camera reads from the QR code on the page. */
async function scanned(page: Page): Promise<URL> {
  const code = page.getByRole('img', { name: 'QR' })
  await code.waitFor()
  const path = (await code.locator('path').getAttribute('d')) ?? ''
  const modules = Number((await code.getAttribute('viewBox'))?.split(' ')[3])
  const scale = 4
  const width = modules * scale
  const data = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let n = 0; n < scale * scale; n += 1) {
      const at = ((Number(y) * scale + Math.floor(n / scale)) * width + Number(x) * scale + (n % scale)) * 4
      data.fill(0, at, at + 3)
    }
  }
  return new URL(decodeQR({ width, height: width, data }))
}

const focused = (page: Page) => page.evaluate<string | null>('document.activeElement.getAttribute("name")')

describe('two-factor sign-in', () => {
  test.each(LOOKS)('is set up in a dialog, required at sign-in, and disabled again: $name', async (look) => {
    const words = WORDS[look.language]
    const email = `own.${look.language}@zvirka.example`
    await userWithPassword(free, email)
    const opened = await free.open('/', look)
    const { page } = opened
    await enterPassword(page, words, email)
    await page.getByRole('heading', { name: words.overview }).waitFor()
    await press(page, words, words.factor)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(words.own).fill(PASSWORD)
    await expectSound(opened, look.language)
    await dialog.getByRole('button', { name: words.begin }).click()
    const uri = await scanned(page)
    const secret = uri.searchParams.get('secret') ?? ''
    expect([uri.protocol, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', `/Zvirka:${email}`])
    expect(await dialog.getByText(secret).isVisible()).toBe(true)
    expect(await focused(page)).toBe('code')
    await expectSound(opened, look.language)
    await screenshot(page, `second-factor ${look.name}`)
    await dialog.locator('input').fill(codeOf(secret, clock, 5))
    await dialog.getByRole('button', { name: words.on }).click()
    await dialog.getByText(words.wrong).waitFor()
    await dialog.locator('input').fill(codeOf(secret, clock))
    await dialog.getByRole('button', { name: words.on }).click()
    await dialog.getByRole('listitem').nth(9).waitFor()
    const recovery = await dialog.getByRole('listitem').allTextContents()
    expect(recovery).toHaveLength(10)
    await expectSound(opened, look.language)
    // Shown once: it must not close by accident.
    await page.keyboard.press('Escape')
    await page.mouse.click(2, 2)
    expect(await dialog.getByRole('button', { name: words.saved }).isVisible()).toBe(true)
    await dialog.getByRole('button', { name: words.saved }).click()
    await dialog.waitFor({ state: 'detached' })

    await press(page, words, words.leave)
    await enterPassword(page, words, email)
    const field = page.locator('input[name=code]')
    await field.waitFor()
    expect(await focused(page)).toBe('code')
    await expectSound(opened, look.language)
    await page.keyboard.type(codeOf(secret, clock))
    await page.keyboard.press('Enter')
    // The code was used to turn it on.
    await page.getByRole('alert').filter({ hasText: words.wrong }).waitFor()
    clock.move(1)
    await field.fill(codeOf(secret, clock))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: words.overview }).waitFor()

    await press(page, words, words.factor)
    const alert = page.getByRole('alertdialog')
    await alert.getByLabel(words.own).fill(PASSWORD)
    await expectSound(opened, look.language)
    await alert.locator('input[name=code]').fill(recovery[0] ?? '')
    await alert.getByRole('button', { name: words.off }).click()
    await alert.waitFor({ state: 'detached' })
    await press(page, words, words.leave)
    await enterPassword(page, words, email)
    await page.getByRole('heading', { name: words.overview }).waitFor()
    await opened.close()
  })

  test.each(LOOKS)('is set up before the first sign-in if it is required: $name', async (look) => {
    const words = WORDS[look.language]
    const email = `must.${look.language}@zvirka.example`
    await userWithPassword(strict, email)
    const opened = await strict.open('/', look)
    const { page } = opened
    await enterPassword(page, words, email)
    const secret = (await scanned(page)).searchParams.get('secret') ?? ''
    expect(await focused(page)).toBe('code')
    await expectSound(opened, look.language)
    await page.keyboard.type(codeOf(secret, clock, 5))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: words.wrong }).waitFor()
    await page.locator('input[name=code]').fill(codeOf(secret, clock))
    await page.keyboard.press('Enter')
    await page.getByRole('listitem').nth(9).waitFor()
    await expectSound(opened, look.language)
    await screenshot(page, `recovery-codes ${look.name}`)
    await page.getByRole('button', { name: words.saved }).press('Enter')
    await page.getByText(words.done).waitFor()
    await page.getByRole('button', { name: words.enter, exact: true }).click()
    await page.locator('input[name=code]').waitFor()
    clock.move(1)
    await page.keyboard.type(codeOf(secret, clock))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: words.overview }).waitFor()

    // A new password needs a code as well.
    await press(page, words, words.change)
    const dialog = page.getByRole('dialog')
    const values = [PASSWORD, 'чотири довгі слова разом', 'чотири довгі слова разом']
    for (const [at, value] of values.entries()) await dialog.locator('input').nth(at).fill(value)
    await dialog.getByRole('button', { name: words.change }).click()
    await dialog.getByText(words.needed).waitFor()
    expect(await focused(page)).toBe('code')
    clock.move(1)
    await page.keyboard.type(codeOf(secret, clock))
    await expectSound(opened, look.language)
    await dialog.getByRole('button', { name: words.change }).click()
    await page.locator('input[name=username]').waitFor()
    await opened.close()
  })
})
