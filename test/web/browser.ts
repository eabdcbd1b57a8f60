/**
 * A real browser in tests: Chromium from npm, headless. If it is missing the tests fail; they are not skipped. A page opened here fails its
 * test by any error it logs, and by anything that the Content-Security-Policy blocks.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { sharedChromium } from '../support/chromium.ts'

/** How a page is opened. */
export interface Look {
  readonly language?: 'uk' | 'en'
  readonly theme?: 'light' | 'dark'
  /** Pixels. */
  readonly width?: number
  readonly height?: number
  /** Another screen on which `expectSound` checks the same page; none by default. */
  readonly other?: Screen
}

interface Screen {
  /** Pixels. */
  readonly width: number
  readonly height: number
}

/** The narrow and the wide screen of the tests. */
export const NARROW = { width: 360, height: 740 } as const
export const WIDE = { width: 1440, height: 900 } as const

/** A page and its errors. */
export interface OpenPage {
  readonly page: Page
  readonly problems: string[]
  readonly other: Screen | undefined
  close(): Promise<void>
}

/** Opens an address in a new context, signed in with a token, or signed out without one. */
export async function openPage(
  address: string,
  {
    language = 'uk',
    theme = 'light',
    width = WIDE.width,
    height = WIDE.height,
    other,
    token,
  }: Look & { token?: string } = {},
): Promise<OpenPage> {
  const browser = await sharedChromium()
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    // The computer is in another time zone: the page must still show Kyiv time.
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
  })
  const kept = JSON.stringify({ language, theme, token: token ?? null })
  await context.addInitScript(`{
    const { language, theme, token } = ${kept}
    localStorage.setItem('zvirka.language', language)
    localStorage.setItem('zvirka.theme', theme)
    if (token !== null && sessionStorage.getItem('zvirka.test') === null) {
      sessionStorage.setItem('zvirka.token', token)
      sessionStorage.setItem('zvirka.test', 'begun')
    }
    window.zvirkaShift = 0
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) if (!isActedOn) window.zvirkaShift += value
    }).observe({ type: 'layout-shift', buffered: true })
    // User actions may move things; only shifts during loading count.
    let isActedOn = false
    for (const name of ['keydown', 'pointerdown']) addEventListener(name, () => { isActedOn = true }, true)
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error('the policy forbids', violatedDirective, blockedURI))
  }`)
  const page = await context.newPage()
  // Longer than anything takes on a busy machine: only a bug waits this long.
  page.setDefaultTimeout(120_000)
  const problems: string[] = []
  page.on('console', (message) => {
    // The browser logs every unsuccessful response; tests that provoke one check the page.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return
    problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(address)
  return { page, problems, other, close: () => context.close() }
}

/** By how many pixels the page is wider than the screen. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** The allowed cumulative layout shift while a page loads. */
const MOST_SHIFT = 0.02

/** Checks what holds for every page: accessible, no wider than the screen, without errors or layout shifts, in its language. */
export async function expectSound({ page, problems, other }: OpenPage, language: 'uk' | 'en' = 'uk'): Promise<void> {
  expect(await page.evaluate<number>('window.zvirkaShift')).toBeLessThan(MOST_SHIFT)
  const screen = page.viewportSize()
  if (other !== undefined && screen !== null) {
    await page.setViewportSize(other)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await page.setViewportSize(screen)
  }
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])
  expect(await page.getAttribute('html', 'lang')).toBe(language)
  expect(problems).toEqual([])
}

/** The looks that pages are checked in: each language, theme and screen is loaded once, and checked on the other screen as well. */
export const LOOKS: readonly (Required<Look> & { readonly name: string })[] = [
  { name: 'uk, light, wide', language: 'uk', theme: 'light', ...WIDE, other: NARROW },
  { name: 'en, dark, narrow', language: 'en', theme: 'dark', ...NARROW, other: WIDE },
]

/** Saves a screenshot to `$ZVIRKA_SCREENSHOTS/<name>.png` if that is set, to see what the tests see. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['ZVIRKA_SCREENSHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
