/**
 * Makes the pictures of the admin page in the README, from the demo as it runs: `npm start` in one terminal, and in another
 * `API=http://127.0.0.1:4000 TOKEN=… node docs/pictures/page.ts` with the token of NHS ADMIN that it printed. Everybody in them is made up.
 */
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../test/support/chromium.ts'

const { API: api = 'http://127.0.0.1:4000', TOKEN: given = '' } = process.env

/** A picture: a page, and how it is looked at. */
interface Picture {
  readonly name: string
  readonly path: string
  readonly language: 'uk' | 'en'
  readonly theme: 'light' | 'dark'
  readonly width: number
  readonly height: number
}

async function ask(path: string, token: string, body?: object): Promise<unknown> {
  const response = await fetch(`${api}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as { data?: unknown }
  if (!response.ok) throw new Error(`${path} answered ${response.status}: is TOKEN the one that npm start printed?`)
  return answer.data
}

/** Somebody whose document is among the invalid ones. */
async function findSomebody(token: string): Promise<string> {
  const query =
    '{ persons(first: 1, filter: { dmsPassportVerificationStatus: NOT_VERIFIED }) { nodes { databaseId } } }'
  const { persons } = (await ask('/graphql', token, { query })) as { persons: { nodes: { databaseId: string }[] } }
  const [somebody] = persons.nodes
  if (somebody === undefined) throw new Error('the demo has not checked anybody yet')
  return somebody.databaseId
}

async function take(browser: Browser, token: string, picture: Picture): Promise<void> {
  const { name, path, language, theme, width, height } = picture
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' })
  const kept = JSON.stringify({ language, theme, token })
  await context.addInitScript(`{
    const { language, theme, token } = ${kept}
    localStorage.setItem('zvirka.language', language)
    localStorage.setItem('zvirka.theme', theme)
    sessionStorage.setItem('zvirka.token', token)
  }`)
  const page = await context.newPage()
  await page.goto(`${api}${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  // Streams of events never end, so the page is looked at once nothing of it is loading any more.
  await page.waitForFunction('document.querySelector("[aria-busy=true]") === null')
  await page.waitForTimeout(1500)
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, import.meta.url)) })
  await context.close()
}

const { value: token } = (await ask('/oauth/tokens/exchange', given)) as { value: string }
const browser = await launchChromium()
try {
  const wide = { width: 1280, height: 860 } as const
  const person = `/persons/${await findSomebody(token)}`
  await take(browser, token, { name: 'overview', path: '/', language: 'en', theme: 'light', ...wide })
  await take(browser, token, { name: 'overview-uk', path: '/', language: 'uk', theme: 'light', ...wide })
  await take(browser, token, { name: 'person', path: person, language: 'en', theme: 'dark', ...wide })
} finally {
  await browser.close()
}
