/** The frame shared by all pages with a list, tested with events and jobs. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, NARROW, screenshot } from './browser.ts'
import { addEvent, seedJobs } from './staff-world.ts'
import { startWorld, type World } from './world.ts'

const DECLARATION = '0a0c4c6e-7f0d-4c56-8d0a-5a3a1c3e9f10'
let world: World
beforeAll(async () => {
  world = await startWorld()
  await seedJobs(world.api, 1)
  await addEvent(world.api.db.database, 'Declaration', DECLARATION, { status: { new_value: 'terminated' } })
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const
const WHOLE = 'усього 6 записів'

/** Replaces the API's answer to a query of the page; the function returned restores it. */
async function instead(page: Page, query: string, answer: 'nothing' | 'never' | object): Promise<() => Promise<void>> {
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes(`query ${query}(`) !== true) return route.fallback()
    if (answer === 'never') return
    await (answer === 'nothing' ? route.abort() : route.fulfill({ json: answer }))
  })
  return () => page.unroute('**/graphql')
}

describe('a list', () => {
  test.each([{}, { ...NARROW, theme: 'dark' }] as const)('has space for its rows while they load: %o', async (look) => {
    const opened = await world.open('/runs', { ...OPERATOR, ...look })
    const { page } = opened
    await page.getByRole('heading', { level: 1, name: 'Запуски' }).waitFor()
    await instead(page, 'Jobs', 'never')
    if ('width' in look) await page.getByRole('button', { name: 'Меню' }).click()
    await page.getByRole('link', { name: 'Завдання' }).click()
    await page.getByRole('main').getByText('Завантажується').waitFor({ state: 'attached' })
    await expectSound(opened)
    await screenshot(page, `list loading ${'width' in look ? 'narrow' : 'wide'}`)
    await opened.close()
  })

  test('that cannot be reloaded stays, with a message, until it can', async () => {
    const opened = await world.open('/jobs', OPERATOR)
    const { page } = opened
    await page.getByText(WHOLE).waitFor()
    const refusal = { errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }
    const back = await instead(page, 'Jobs', refusal)
    await page.getByRole('button', { name: 'Оновити' }).click()
    const alert = page.getByRole('alert')
    await alert.getByText('Не вдалося оновити. Сервер відповів помилкою. Показано дані станом на').waitFor()
    expect(await page.getByRole('row').count()).toBe(7)
    await expectSound(opened)
    await screenshot(page, 'list not updated')
    await back()
    await alert.getByRole('button', { name: 'Спробувати ще раз' }).click()
    await alert.waitFor({ state: 'detached' })
    await opened.close()
  })

  test('stays while the API is unreachable, and reloads when it is back', async () => {
    const opened = await world.open('/jobs', { ...OPERATOR, ...NARROW })
    const { page } = opened
    await page.getByText(WHOLE).waitFor()
    const back = await instead(page, 'Jobs', 'nothing')
    await page.getByRole('button', { name: 'Оновити' }).click()
    await page.getByRole('alert').getByText('Немає зв’язку із сервером.').waitFor()
    await screenshot(page, 'list without an API')
    await expect.poll(() => page.getByRole('alert').count()).toBeLessThanOrEqual(1)
    expect(await page.getByText(WHOLE).count()).toBe(1)
    await back()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await opened.close()
  })

  test('without rows has no pagination, and no export', async () => {
    const { page, close } = await world.open('/jobs?queue=unzr_info', OPERATOR)
    await page.getByText('Завдань із такими фільтрами немає').waitFor()
    expect(await page.getByRole('navigation', { name: 'Сторінки' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Завантажити CSV' }).count()).toBe(0)
    await close()
  })

  test('offers the filter from its URL, even if the page does not know the value', async () => {
    const { page, close } = await world.open('/events?type=SomethingNewer', { role: 'NHS ADMIN' })
    await page.getByText('Подій із такими фільтрами немає').waitFor()
    expect(await page.getByLabel('Подія').inputValue()).toBe('SomethingNewer')
    await page.getByLabel('Подія').selectOption('')
    await page.getByText('усього 1 запис').waitFor()
    expect(page.url()).toBe(`${world.api.url}/events`)
    await close()
  })

  test('collapses its filters on a small screen, and shows there whether any is set', async () => {
    const opened = await world.open('/jobs', { ...OPERATOR, ...NARROW })
    const { page } = opened
    await page.getByText(WHOLE).waitFor()
    expect(await page.getByLabel('Стан').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Фільтри' }).press('Enter')
    await page.getByLabel('Стан').selectOption('CANCELLED')
    await page.getByText('усього 1 запис').waitFor()
    await expectSound(opened)
    await page.reload()
    await page.getByText('усього 1 запис').waitFor()
    expect(await page.getByLabel('Стан').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Фільтри задано', expanded: false }).waitFor()
    await page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await page.getByText(WHOLE).waitFor()
    await opened.close()
  })

  test('shows who did something, with a link to what else they did for users who may see that', async () => {
    const admin = await world.open('/events', { role: 'NHS ADMIN' })
    await admin.page.getByRole('row').last().getByRole('link', { name: 'Система' }).click()
    await admin.page.waitForURL(/\/audit\?user=[\da-f-]{36}$/)
    await admin.close()
    const operator = await world.open('/events', OPERATOR)
    await operator.page.getByRole('row').last().getByText('Система').waitFor()
    expect(await operator.page.getByRole('link', { name: 'Система' }).count()).toBe(0)
    await operator.close()
  })
})
