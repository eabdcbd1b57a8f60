import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { expectSound, LOOKS, NARROW, screenshot } from './browser.ts'
import { type SeededRuns, seedRuns, showRegistries } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let runs: SeededRuns
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const

/** Replaces the answer to a query by its name; everything else goes on. */
async function instead(page: Page, name: string, answer: (route: Route) => unknown): Promise<void> {
  await page.route('**/graphql', (route) =>
    route.request().postData()?.includes(`query ${name} `) ? answer(route) : route.fallback(),
  )
}

/** The overview just after installation. */
describe('the overview of an empty database', () => {
  test.each(LOOKS)('says what is missing, and how to add it: $name', async (look) => {
    const opened = await world.open('/', { ...OPERATOR, ...look })
    const words = look.language === 'uk' ? 'Не працює жоден обробник' : 'No worker is alive'
    await opened.page.getByRole('status').filter({ hasText: words }).waitFor()
    const processes = look.language === 'uk' ? 'Процеси' : 'Processes'
    await opened.page.getByRole('table', { name: processes }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `overview empty ${look.name}`)
    await opened.close()
  })
})

async function seed() {
  const { database } = world.api.db
  await addPersons(database, [
    { documents: [nationalId(1)], status: 'VERIFICATION_NEEDED', reason: 'INITIAL' },
    { documents: [nationalId(2)], status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
    { documents: [nationalId(3)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: '2026-01-01T00:00:00Z' },
  ])
  runs = await seedRuns(database)
  await showRegistries(database, false)
  await database.query({
    text: `insert into zvirka.ticks (process, time, outcome) values ('mvs_passport/party', now() - interval '1 hour', 'first')`,
  })
}

describe('the overview', () => {
  beforeAll(seed)

  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/', { ...OPERATOR, ...look })
    await opened.page.getByRole('table').first().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `overview ${look.name}`)
    await opened.close()
    const full = await world.open('/?process=dms_passport/person', { ...OPERATOR, ...look })
    await full.page.getByRole('img', { name: /30/ }).waitFor()
    await expectSound(full, look.language)
    await screenshot(full.page, `overview process ${look.name}`)
    await full.close()
  })

  test('starts with one table of the processes; the details of one are a click away, with their own URL', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    const table = page.getByRole('table', { name: 'Процеси' })
    await expect
      .poll(() => table.locator('a[aria-expanded]').allTextContents())
      .toEqual([
        ...['УНЗР пацієнтів', 'Паспорти пацієнтів, МВС', 'Паспорти пацієнтів, ДМС', 'РНОКПП пацієнтів, ДРФО'],
        ...['Акти про смерть пацієнтів, ДРАЦС', 'Паспорти медпрацівників, МВС', 'Паспорти медпрацівників, ДМС'],
        ...['РНОКПП медпрацівників, ДРФО', 'Акти про смерть медпрацівників, ДРАЦС'],
      ])
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      ...['Процес', 'До перевірки', 'Верифіковано', 'Не верифіковано', 'Потребує верифікації', 'На перевірці'],
      ...['Технічні помилки', 'Останній запуск', 'Наступний запуск'],
    ])
    const row = table.getByRole('row').filter({ hasText: 'Паспорти пацієнтів, ДМС' })
    expect((await row.getByRole('cell').allInnerTexts()).slice(1, 7).map((cell) => /\d+/.exec(cell)?.[0])).toEqual([
      ...['2', '1', '1', '1', '0', '0'],
    ])
    expect(await row.innerText()).toMatch(/Триває[\s\S]*36,6\s?%/)
    await row.getByRole('link', { name: 'Паспорти пацієнтів, ДМС', exact: true }).click()
    await page.waitForURL(/\/\?process=dms_passport%2Fperson$/)
    const text = await page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' }).innerText()
    expect(text).toMatch(/Не верифіковано\s+1\b/)
    expect(text).toContain('щодня о 01:00')
    expect(text).toMatch(/2\s+до перевірки/)
    expect(text).toMatch(/19.020 з 52.000/)
    // All finished ones are counted: 18 250, 340, 12 and these.
    expect(text).toMatch(/Решта: 418/)
    await row.getByRole('link', { name: 'Паспорти пацієнтів, ДМС', exact: true }).click()
    await page.waitForURL(`${world.api.url}/`)
    await page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' }).waitFor({ state: 'detached' })
    await close()
  })

  test('shows a tick that was only recorded as one that started nothing, and the workers', async () => {
    const { page, close } = await world.open('/?process=mvs_passport/party', OPERATOR)
    const seen = page.getByRole('region', { name: 'Паспорти медпрацівників, МВС' })
    expect(await seen.innerText()).toMatch(/Останній за розкладом\s+ще не було/)
    const worker = page.getByRole('row', { name: /worker-1/ })
    expect(await worker.innerText()).toMatch(/постійний, процес 4711[\s\S]*Працює[\s\S]*\d (с|хв) тому/)
    await worker.getByRole('link', { name: runs.running.slice(0, 8) }).click()
    await page.getByRole('heading', { name: /Запуск: Паспорти пацієнтів, ДМС/ }).waitFor()
    await close()
  })

  test('shows first which runs wait for a person’s decision, with links', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    const banner = page.getByRole('status').filter({ hasText: 'чекає на рішення людини' })
    expect(await banner.innerText()).toContain('Паспорти медпрацівників, МВС: призупинено автоматично')
    expect(await page.getByText('Не працює жоден обробник').count()).toBe(0)
    await banner.getByRole('link').click()
    await page.getByText('Запуск призупинено автоматично').waitFor()
    await close()
  })

  test('shows placeholders until the answer arrives, and then nothing moves', async () => {
    const opened = await world.open('/', { ...OPERATOR, ...NARROW })
    const { page } = opened
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    await instead(page, 'Overview', (route) => released.then(() => route.continue()))
    await page.reload()
    // The page's own heading, which shows that the page is there.
    await page.getByRole('heading', { level: 1, name: 'Огляд' }).waitFor()
    await page.getByRole('main').getByRole('status').getByText('Завантажується').waitFor()
    await expectSound(opened)
    await screenshot(page, 'overview loading')
    release()
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    await expectSound(opened)
    await opened.close()
  })

  test('reports that it could not be loaded, and appears as soon as it can', async () => {
    const opened = await world.open('/', OPERATOR)
    const { page } = opened
    await instead(page, 'Overview', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.reload()
    await page.getByRole('alert').getByText('недоступна база даних').waitFor()
    await expectSound(opened)
    await screenshot(page, 'overview failed')
    await page.unrouteAll()
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await opened.close()
  })

  test('shows everything else if its charts could not be loaded, with an error in their place', async () => {
    const opened = await world.open('/?process=dms_passport/person', OPERATOR)
    const { page } = opened
    await instead(page, 'History', (route) => route.fulfill({ status: 500, body: '{}' }))
    await page.reload()
    const card = page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' })
    await card.getByText('Не вдалося показати. Сторінка спробує ще раз за хвилину.').waitFor()
    await card.getByText(/19.020 з 52.000/).waitFor()
    await expectSound(opened)
    await screenshot(page, 'overview without charts')
    await opened.close()
  })

  test('sends no requests while the tab is hidden, and continues when it is visible', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    await page.clock.install()
    await page.reload()
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    const see = (state: 'hidden' | 'visible') =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`)
    await see('hidden')
    await page.waitForLoadState('networkidle')
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked += 1
    })
    await page.clock.runFor(60_000)
    expect(asked).toBe(0)
    await see('visible')
    await page.clock.runFor(6000)
    await expect.poll(() => asked).toBeGreaterThan(0)
    await close()
  })

  test('shows why a run is paused, in a few words for any number of findings', async () => {
    const reason = `guard: Чекаємо на відповідь МВС: ${'сервер оновлюють, обіцяють до ранку, '.repeat(25)}`
    await world.api.db.database.query({
      text: `update zvirka.runs set held_by = 'user', finding = null, state_reason = $2 where id = $1`,
      values: [runs.heldByGuard, reason],
    })
    const opened = await world.open('/?process=mvs_passport/party', { ...OPERATOR, ...NARROW, theme: 'dark' })
    const card = opened.page.getByRole('region', { name: 'Паспорти медпрацівників, МВС' })
    const why = card.getByText(/Чекаємо на відповідь МВС/)
    expect((await why.innerText()).length).toBeLessThan(200)
    await opened.page.getByText('Паспорти медпрацівників, МВС: призупинено вручну.').waitFor()
    await expectSound(opened)
    await screenshot(opened.page, 'overview long reason')
    await opened.close()
  })

  test('updates an active run by itself', async () => {
    const { page, close } = await world.open('/?process=dms_passport/person', OPERATOR)
    const card = page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' })
    await card.getByText(/19.020 з/).waitFor()
    await world.api.db.database.query({
      text: 'update zvirka.run_workers set verified = verified + 1000 where run_id = $1',
      values: [runs.running],
    })
    // Sooner than the next poll: through the stream.
    await card.getByText(/20.020 з/).waitFor({ timeout: 3500 })
    // 1 200 answers in the last minute.
    await world.api.db.database.query({
      text: `insert into zvirka.answer_tallies (process, run_id, flush_id, outcomes)
             values ('dms_passport/person', $1, gen_random_uuid(), repeat('f', 1200))`,
      values: [runs.running],
    })
    await card.getByText(/20 за секунду · близько 26.хв/).waitFor()
    await close()
  })

  test('has the figures of its charts in a table', async () => {
    const { page, close } = await world.open('/?process=unzr/person', OPERATOR)
    const card = page.getByRole('region', { name: 'УНЗР пацієнтів' })
    await card.getByText('Показати таблицею').click()
    const rows = await card.getByRole('row').allInnerTexts()
    expect(rows).toHaveLength(31)
    expect(rows.at(-1)).toMatch(/\d{2}\.\d{2}\.\d{4}/)
    await close()
  })

  test('says during a registry’s outage that statuses stay unchanged, and since when', async () => {
    await showRegistries(world.api.db.database, true)
    const opened = await world.open('/', { ...OPERATOR, theme: 'dark' })
    const { page } = opened
    const banner = page.getByRole('status').filter({ hasText: 'Реєстр не відповідає' })
    await banner.waitFor()
    expect(await banner.innerText()).toMatch(/Статуси людей не змінюються.*ДМС.*4 хвилини тому/s)
    await page.getByText('Призупинили запити обробники: 1 з 1.').waitFor()
    await expectSound(opened)
    await screenshot(page, 'overview outage')
    await showRegistries(world.api.db.database, false)
    await banner.waitFor({ state: 'detached' })
    await opened.close()
  })

  test('says when the server is unreachable, keeps its content, and recovers by itself', async () => {
    const { page, problems, close } = await world.open('/', OPERATOR)
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    await page.context().setOffline(true)
    const alert = page.getByRole('alert').filter({ hasText: 'Немає зв’язку' })
    await alert.waitFor()
    expect(await page.getByRole('heading', { name: 'Обробники' }).isVisible()).toBe(true)
    await page.context().setOffline(false)
    await alert.waitFor({ state: 'detached' })
    expect(problems).toEqual([])
    await close()
  })

  test('is two clicks from why somebody is not verified', async () => {
    const { page, close } = await world.open('/', { role: 'NHS ADMIN' })
    await page.getByRole('link', { name: '1 Не верифіковано, Паспорти пацієнтів, ДМС' }).click()
    await page.getByRole('table').getByRole('link').first().click()
    await page.waitForURL(/\/persons\/[0-9a-f-]{36}/)
    const stream = page.getByRole('region', { name: /ДМС/ }).first()
    await stream.getByText('Не верифіковано').first().waitFor()
    await close()
  })
})
