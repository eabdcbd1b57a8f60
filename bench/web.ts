/**
 * `npm run bench:web`: the cost of the admin page in a browser (headless Chromium) on the real API: the bytes of the first load as
 * transferred, the layout shift of each page while it loads, and how long a table of 300 live rows blocks the main thread, beside an idle
 * page and a plain DOM table in the same run. `-- quick` measures three seconds each instead of twenty.
 */
import type { Page } from 'playwright-core'
import type { Database } from '../src/database/database.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { bytesOf, loadAnew } from '../test/support/wire.ts'
import { seedParties, seedPersons } from '../test/web/people-world.ts'
import { seedLargeRun, seedRuns } from '../test/web/runs-world.ts'
import { seedRequests } from '../test/web/staff-world.ts'
import { provideToken, startCommand } from './commands.ts'
import { openBench, startBenchServer } from './database.ts'
import { environmentOf } from './memory.ts'
import { type Ground, measureLive } from './web-live.ts'

const isQuick = process.argv.includes('quick')
const SECONDS = isQuick ? 3 : 20
const ROWS = 300
const MOST_BYTES = 200_000
const MOST_SHIFT = 0.02
const SCREENS = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 360, height: 740 },
] as const

const tell = (words: string, figure: string) => process.stdout.write(`${words.padEnd(58)} ${figure}\n`)

const server = await startBenchServer()
try {
  const url = await server.create('web')
  const owner = openBench(url, { role: 'zvirka_owner', max: 1 })
  const database = openBench(url)
  const token = await provideToken(owner)
  await owner.close()
  const limits = { ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' }
  const environment = { ...environmentOf(url, 'http://127.0.0.1:1'), ...limits, PORT: '0', LOG_LEVEL: 'info' }
  const api = await startCommand('api', environment)
  const browser = await launchChromium()
  try {
    await bench({ address: api.address, token, browser, database })
  } finally {
    await browser.close()
    await api.stop()
    await database.close()
  }
} finally {
  await server.release()
}

async function bench(ground: Ground): Promise<void> {
  const paths = await seed(ground.database)
  await measureLoad(ground)
  for (const path of paths) await measureShift(ground, path)
  const run = await seedLargeRun(ground.database, ROWS)
  await measureLive({ ...ground, run, rows: ROWS, seconds: SECONDS, tell })
}

/** Inserts data for every page; returns the pages' addresses. */
async function seed(database: Database): Promise<string[]> {
  const { finished, running } = await seedRuns(database)
  const { refused } = await seedPersons(database, finished)
  const { doctor } = await seedParties(database, finished)
  const { approved } = await seedRequests(database)
  return [
    ...['/', '/runs', `/runs/${running}`, `/runs/${finished}`, '/persons', `/persons/${refused}`],
    ...['/parties', `/parties/${doctor}`, '/unzr', '/employee-requests', `/employee-requests/${approved}`],
    ...['/events', '/audit', '/jobs', '/settings'],
  ]
}

async function open(
  { browser, address, token }: Ground,
  path: string,
  screen: { readonly width: number; readonly height: number } = SCREENS[0],
  isSignedIn = true,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: screen.width, height: screen.height } })
  await context.addInitScript(`{
    ${isSignedIn ? `sessionStorage.setItem('zvirka.token', ${JSON.stringify(token)})` : ''}
    window.shift = 0
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.shift += value })
      .observe({ type: 'layout-shift', buffered: true })
  }`)
  const page = await context.newPage()
  await page.goto(`${address}${path}`)
  await untilShown(page)
  return page
}

// Event streams never end, so the network is never idle: a page counts as loaded when no skeleton is left.
async function untilShown(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.waitForTimeout(1000)
}

async function measureLoad(ground: Ground): Promise<void> {
  for (const isSignedIn of [false, true]) {
    const page = await open(ground, '/', SCREENS[0], isSignedIn)
    const received = await loadAnew(page, () => untilShown(page))
    const foreign = received.filter(({ url }) => !url.startsWith(ground.address))
    if (foreign.length > 0) throw new Error(`asked of another server: ${foreign.map(({ url }) => url).join(', ')}`)
    const parts = received.filter(({ isPage }) => isPage)
    const data = received.filter(({ isPage }) => !isPage)
    const count = (bytes: number) => bytes.toLocaleString('en')
    tell(
      isSignedIn ? 'the first load of the overview, charts included' : 'the first load, signed out',
      `${count(bytesOf(parts))} bytes in ${parts.length} files (aim: at most ${count(MOST_BYTES)}), ${count(bytesOf(data))} of data`,
    )
    await page.context().close()
  }
}

async function measureShift(ground: Ground, path: string): Promise<void> {
  const figures: string[] = []
  for (const screen of SCREENS) {
    const page = await open(ground, path, screen)
    figures.push(`${screen.name} ${(await page.evaluate<number>('window.shift')).toFixed(4)}`)
    await page.context().close()
  }
  const name = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '…')
  tell(`layout shift of ${name}`, `${figures.join(', ')} (aim: below ${MOST_SHIFT})`)
}
