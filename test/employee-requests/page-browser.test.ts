import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { sharedChromium } from '../support/chromium.ts'
import { makePageGround, PASSWORD, type PageGround } from './page-ground.ts'

let ground: PageGround
let browser: Browser
beforeAll(async () => {
  ground = await makePageGround()
  browser = await sharedChromium()
})
afterAll(() => ground.close())

type Language = 'uk' | 'en'

async function visit(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${ground.api.url}${path}`)
  return page
}

const press = (page: Page, selector: string) => Promise.all([page.waitForLoadState('load'), page.click(selector)])

const LOOKS = [
  { colorScheme: 'light', width: 360, onlyLooks: false },
  { colorScheme: 'dark', width: 1280, onlyLooks: true },
  { colorScheme: 'dark', width: 360, onlyLooks: true },
  { colorScheme: 'light', width: 1280, onlyLooks: true },
] as const

/** Fails if the page is inaccessible in either theme or wider than even a small screen. */
async function look(page: Page, language: Language): Promise<void> {
  for (const { colorScheme, width, onlyLooks } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    // The other language has the same colours and sizes.
    if (language === 'uk' || !onlyLooks) expect(await accessibilityProblems(page, { onlyLooks })).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true)
  }
}

test.each<Language>(['uk', 'en'])(
  'everybody can use every page, in %s, light and dark, on a small screen and a large one',
  async (language) => {
    const context = await browser.newContext()
    const { link } = await ground.invite()
    const other = await ground.invite()
    await ground.user(other.email)
    const query = language === 'en' ? '&lang=en' : ''
    const page = await visit(context, `${link}${query}`)
    await look(page, language)
    await page.fill('#password', 'short')
    await press(page, 'button.button')
    await look(page, language)
    await page.fill('#password', PASSWORD)
    await page.fill('#repeat', PASSWORD)
    await press(page, 'button.button')
    await look(page, language)
    await press(page, 'a.button:not(.other)')
    await look(page, language)
    await press(page, 'button.button')
    await look(page, language)
    await page.goto(`${ground.api.url}${other.link}${query}`)
    await page.fill('#password', 'wrong')
    await press(page, 'button.button')
    await look(page, language)
    await page.goto(`${ground.api.url}/invite/nothing${query.replace('&', '?')}`)
    await look(page, language)
    await context.close()
  },
  180_000,
)

test.each([true, false])(
  'following the link in a mail on another site to the answer works, with scripts: %s',
  async (javaScriptEnabled) => {
    const { id, link } = await ground.invite()
    const mail = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<a href="${ground.api.url}${link}">Переглянути запит</a>`)
    }).listen(0, '127.0.0.1')
    await new Promise<void>((resolve) => mail.once('listening', resolve))
    const context = await browser.newContext({ javaScriptEnabled })
    try {
      const page = await context.newPage()
      const asked: { readonly url: string; readonly referer: string | undefined }[] = []
      page.on('request', (request) => asked.push({ url: request.url(), referer: request.headers()['referer'] }))
      // Another site for the browser, on the same machine.
      await page.goto(`http://localhost:${(mail.address() as AddressInfo).port}/`)
      await page.click('a')
      await page.waitForURL(`**/invite/${id}`)
      await page.fill('#password', PASSWORD)
      await page.fill('#repeat', PASSWORD)
      await press(page, 'button.button')
      expect(await page.textContent('h1')).toBe('Запит на працівника')
      await press(page, 'a.button:not(.other)')
      await press(page, 'button.button')
      expect(await page.textContent('h1')).toBe('Запит підтверджено')
      expect(await ground.status(id)).toBe('APPROVED')
      expect(asked.filter(({ url }) => url.includes('invite=')).map(({ url }) => new URL(url).pathname)).toEqual([
        `/invite/${id}`,
      ])
      expect(asked.filter(({ referer }) => referer?.includes('/invite/'))).toEqual([])
      // Only our own pages are loaded.
      expect(asked.filter(({ url }) => !/^http:\/\/(localhost|127\.0\.0\.1):/.test(url))).toEqual([])
      expect((await context.cookies()).map(({ name }) => name).toSorted()).toEqual([
        ...['zvirka_device', 'zvirka_invite_form', 'zvirka_invite_result'],
      ])
    } finally {
      await context.close()
      mail.close()
    }
  },
  60_000,
)
