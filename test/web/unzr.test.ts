import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
const infos = { whole: '', nobody: '', failed: '' }
beforeAll(async () => {
  world = await startWorld()
  infos.whole = await add('19800229-00017', 'processed', WHOLE)
  infos.nobody = await add('19800229-00018', 'processed', null)
  infos.failed = await add('19800229-00019', 'failed', null, null)
  await world.api.db.database.query({
    text: `update mimir.unzr_info set inserted_at = '2026-01-01T10:00:00Z'`,
  })
})
afterAll(() => world.close())

const VERIFIER = { role: 'NHS VERIFIER' } as const
const UNZR = '19900520-12345'
const WHOLE = {
  ...{ lastName: 'Косач', firstName: 'Лариса', middleName: 'Петрівна', rnokpp: '2924500017', gender: 'F' },
  ...{ dateBirth: '1980-02-29', citizenship: 'UKR', contact: { phone: '+380971112233', city: 'Новоград-Волинський' } },
  documents: [
    { type: 'PASSPORT', serial: 'АА', number: '123456', issuedAt: '1998-03-01', issuedBy: '1234', status: 'VALID' },
    {
      ...{ type: 'NATIONAL_ID', number: '001234567', expirationDate: '2030-01-01', chipState: 'OK' },
      issuedBy: 'Головне управління Державної міграційної служби України в Житомирській області',
    },
  ],
}

async function add(unzr: string, status: string, info: object | null, at: string | null = '2026-03-01T10:00:00Z') {
  const [row] = await world.api.db.database.query<{ id: string }>({
    text: `insert into mimir.unzr_info (unzr, job_status, info, synced_at, inserted_by, updated_by)
           values ($1, $2, $3, $4, $5, $5) returning id`,
    values: [unzr, status, info, at, randomUUID()],
  })
  return row?.id ?? ''
}

/** The statuses of the requests, by the ends of their UNZR. */
async function statuses(): Promise<string[]> {
  const rows = await world.api.db.database.query<{ line: string }>({
    text: `select right(unzr, 5) || ' ' || job_status as line from mimir.unzr_info order by unzr`,
  })
  return rows.map(({ line }) => line)
}

/** What a worker does when the job has ended. */
async function end(unzr: string, status: 'processed' | 'failed', info: object | null): Promise<void> {
  const { database } = world.api.db
  const [row] = await database.query<{ id: string }>({
    text: `update mimir.unzr_info set job_status = $2, info = coalesce($3, info), updated_at = now(),
                  synced_at = case when $2 = 'processed' then now() else synced_at end where unzr = $1 returning id`,
    values: [unzr, status, info],
  })
  await database.query({
    text: `update pgboss.job set state = $2::pgboss.job_state, output = $3, completed_on = now() where singleton_key = $1`,
    values: [
      row?.id,
      status === 'processed' ? 'completed' : 'failed',
      status === 'failed' ? { code: 'timeout' } : null,
    ],
  })
}

describe('the list of UNZR records', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/unzr', { ...VERIFIER, ...look })
    await opened.page.getByRole('link', { name: /\*{12}17/ }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `unzr ${look.name}`)
    await opened.close()
  })

  test('has its filters in the URL, and is exported as CSV, masked', async () => {
    const { page, close } = await world.open('/unzr?status=failed', VERIFIER)
    await page.getByText('усього 1 запис').waitFor()
    await page.getByLabel('Стан').selectOption('processed')
    await page.getByText('усього 2 записи').waitFor()
    expect(page.url()).toBe(`${world.api.url}/unzr?status=processed`)
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const text = await readFile(await (await saved).path(), 'utf8')
    expect(text).toContain('"************17","processed","Косач Лариса Петрівна"')
    expect(text).not.toContain('19800229-00017')
    await close()
  })

  test('says that there are none in a state, and asks for a UNZR if none was given', async () => {
    const opened = await world.open('/unzr?status=pending', VERIFIER)
    await opened.page.getByText('Немає запитів у такому стані').waitFor()
    await opened.page.getByRole('button', { name: 'Запитати реєстр' }).click()
    await opened.page.getByText('Введіть УНЗР.').waitFor()
    await expectSound(opened)
    await opened.close()
  })
})

describe('a UNZR record', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/unzr/${infos.whole}`, { ...VERIFIER, ...look })
    await opened.page.getByText('АА', { exact: true }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `unzr record ${look.name}`)
    await opened.close()
  })

  test('is requested, is shown as pending without the UNZR in any URL, and updates by itself', async () => {
    const opened = await world.open('/unzr', VERIFIER)
    const { page } = opened
    await page.getByLabel('УНЗР', { exact: true }).fill(UNZR)
    await page.keyboard.press('Enter')
    await page.getByText('Триває запит до реєстру').waitFor()
    expect(page.url()).toMatch(/\/unzr\/[\da-f-]{36}$/)
    // The first digits of the record's id, and nothing of the UNZR.
    expect(await page.title()).toMatch(/^Відомості за УНЗР [\da-f]{8} · Звірка$/)
    expect(await page.evaluate<string>('JSON.stringify(history.state)')).not.toContain(UNZR)
    await expectSound(opened)
    await screenshot(page, 'unzr pending')
    await end(UNZR, 'processed', WHOLE)
    await page.getByText('Новоград-Волинський').waitFor()
    const text = await page.getByRole('main').innerText()
    expect(text).toMatch(/Інше, що надіслав реєстр[\s\S]*contact\.phone\s+\*{11}33\s+citizenship\s+UKR/)
    expect(text).toMatch(/chipState\s+OK/)
    expect(text).not.toContain('2924500017')
    await page.getByText('Триває запит до реєстру').waitFor({ state: 'detached' })
    await opened.close()
  })

  test('that failed says why, that nothing was lost, and how to ask again', async () => {
    const opened = await world.open('/unzr', VERIFIER)
    const { page } = opened
    await page.getByLabel('УНЗР', { exact: true }).fill('19800229-00017')
    await page.keyboard.press('Enter')
    await page.getByText('Нижче — те, що було відомо раніше.').waitFor()
    await end('19800229-00017', 'failed', null)
    await page.getByText('Реєстр не встиг відповісти.').waitFor()
    await page.getByText('Новоград-Волинський').waitFor()
    await expectSound(opened)
    await screenshot(page, 'unzr failed')
    await page.getByRole('button', { name: 'Запитати ще раз' }).waitFor()
    await opened.close()
  })

  test('is requested again only by typing the UNZR: it must match the mask and the record', async () => {
    const opened = await world.open(`/unzr/${infos.nobody}`, VERIFIER)
    const { page } = opened
    const before = await statuses()
    await page.getByRole('button', { name: 'Запитати ще раз' }).click()
    const dialog = page.getByRole('dialog')
    const ask = dialog.getByRole('button', { name: 'Запитати реєстр' })
    await ask.click()
    await dialog.getByText('Введіть УНЗР.').waitFor()
    // One with the same end, which belongs to another person; then one that the masked text already tells apart.
    for (const other of ['19800229-11118', '19800229-00017']) {
      await dialog.getByLabel('УНЗР').fill(other)
      await ask.click()
      await dialog.getByText('Це інший УНЗР').waitFor()
    }
    await expectSound(opened)
    await screenshot(page, 'unzr ask again')
    expect(await statuses()).toEqual(before)
    await dialog.getByLabel('УНЗР').fill('19800229-00018')
    await ask.click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Триває запит до реєстру').waitFor()
    expect(await page.getByRole('button', { name: 'Запитати ще раз' }).count()).toBe(0)
    expect(page.url()).toBe(`${world.api.url}/unzr/${infos.nobody}`)
    await end('19800229-00018', 'processed', null)
    await page.getByText('Триває запит до реєстру').waitFor({ state: 'detached' })
    await opened.close()
  })

  test('is requested again at once by users who see numbers in full; a refusal is shown', async () => {
    const { page, close } = await world.open(`/unzr/${infos.failed}`, { ...VERIFIER, isMasked: false })
    await page.getByRole('heading', { level: 1, name: 'УНЗР 19800229-00019' }).waitFor()
    const again = page.getByRole('button', { name: 'Запитати ще раз' })
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('mutation') ? route.fulfill({ status: 503, body: '{}' }) : route.continue(),
    )
    await again.click()
    await page.getByRole('alert').getByText('Не вдалося виконати').waitFor()
    await page.unrouteAll()
    await again.click()
    await page.getByText('Триває запит до реєстру').waitFor()
    await end('19800229-00019', 'failed', null)
    await close()
  })

  test('that others have requested is found without asking the registry', async () => {
    const opened = await world.open('/unzr', VERIFIER)
    const { page } = opened
    await page.getByLabel('УНЗР', { exact: true }).fill('19000101-00000')
    await page.getByRole('button', { name: 'Знайти серед попередніх' }).click()
    await page.getByText('Про цей УНЗР ще не запитували.').waitFor()
    await expectSound(opened)
    await page.getByLabel('УНЗР', { exact: true }).fill('19800229-00017')
    const before = await statuses()
    await page.getByRole('button', { name: 'Знайти серед попередніх' }).click()
    await page.waitForURL(`**/unzr/${infos.whole}`)
    await page.getByText('Новоград-Волинський').waitFor()
    expect(await statuses()).toEqual(before)
    await opened.close()
  })

  test('of an unknown UNZR, and one that does not exist, are reported', async () => {
    const opened = await world.open(`/unzr/${infos.nobody}`, VERIFIER)
    await opened.page.getByText('Реєстр не знає такого УНЗР').waitFor()
    await expectSound(opened)
    await opened.close()
    const missing = await world.open('/unzr/00000000-0000-4000-8000-000000000000', VERIFIER)
    await missing.page.getByText('Такого запиту немає').waitFor()
    await missing.close()
  })

  test('that is pending is not polled while the tab is hidden, and is again when it is visible', async () => {
    const { page, close } = await world.open('/unzr', VERIFIER)
    await page.clock.install()
    await page.getByLabel('УНЗР', { exact: true }).fill('19900520-55555')
    await page.keyboard.press('Enter')
    await page.getByText('Триває запит до реєстру').waitFor()
    const see = (state: 'hidden' | 'visible') =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`)
    await see('hidden')
    await page.waitForLoadState('networkidle')
    let asked = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked += 1
    })
    await page.clock.runFor(20_000)
    expect(asked).toBe(0)
    await see('visible')
    await page.clock.runFor(5000)
    await expect.poll(() => asked).toBeGreaterThan(0)
    await close()
  })
})

describe('an answer that was deleted after the retention period', () => {
  test.each(LOOKS.slice(0, 2))(
    'is shown as such, in the list and on the page, and not as unknown: $name',
    async (look) => {
      const unzr = `19800229-00${look.language === 'uk' ? '21' : '22'}0`
      const id = await add(unzr, 'processed', null)
      await world.api.db.database.query({
        text: `update mimir.unzr_info set info_deleted_at = '2026-04-01T10:00:00Z' where id = $1`,
        values: [id],
      })
      const words = look.language === 'uk' ? 'відповідь видалено' : 'the answer was deleted'
      const opened = await world.open('/unzr', { ...VERIFIER, ...look })
      // Not by the end of the number, which may also occur in another row's time.
      const row = opened.page.getByRole('row').filter({ has: opened.page.locator(`a[href*='${id}']`) })
      await row.getByText(words).waitFor()
      await opened.page.goto(`${world.api.url}/unzr/${id}`)
      const title = look.language === 'uk' ? 'Відповідь видалено' : 'The answer was deleted'
      await opened.page.getByText(title).first().waitFor()
      expect(await opened.page.getByText(/Реєстр не знає|The registry does not have/).count()).toBe(0)
      await expectSound(opened, look.language)
      await opened.close()
    },
  )
})
