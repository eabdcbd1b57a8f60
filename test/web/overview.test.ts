import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { type SeededRuns, seedRuns, showRegistries } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let runs: SeededRuns
beforeAll(async () => {
  world = await startWorld()
  const { database } = world.api.db
  await addPersons(database, [
    { documents: [nationalId(1)], status: 'VERIFICATION_NEEDED', reason: 'INITIAL' },
    { documents: [nationalId(2)], status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
    { documents: [nationalId(3)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: '2026-01-01T00:00:00Z' },
  ])
  runs = await seedRuns(database)
  await showRegistries(database, false)
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const

describe('the overview', () => {
  test.each(LOOKS)('is sound: $name', async (look) => {
    const opened = await world.open('/', { ...OPERATOR, ...look })
    await opened.page.getByRole('img', { name: /30/ }).first().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `overview ${look.name}`)
    await opened.close()
  })

  test('shows each of the five processes with its counts, its schedule in words and its run', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    await expect
      .poll(() => page.getByRole('region').getByRole('heading', { level: 2 }).allTextContents(), { timeout: 10_000 })
      .toEqual([
        ...['УНЗР пацієнтів', 'Паспорти пацієнтів, МВС', 'Паспорти пацієнтів, ДМС'],
        ...['Паспорти медпрацівників, МВС', 'Паспорти медпрацівників, ДМС', 'Реєстри', 'Обробники'],
      ])
    const card = page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' })
    const text = await card.innerText()
    expect(text).toMatch(/Не верифіковано\s+1\b/)
    expect(text).toContain('щодня о 01:00')
    expect(text).toMatch(/19.020 з 52.000/)
    await close()
  })

  test('follows a run that goes on, without being asked', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    const card = page.getByRole('region', { name: 'Паспорти пацієнтів, ДМС' })
    await card.getByText(/19.020 з/).waitFor()
    await world.api.db.database.query({
      text: 'update zvirka.run_workers set verified = verified + 1000 where run_id = $1',
      values: [runs.running],
    })
    // Sooner than the next asking: by the stream.
    await card.getByText(/20.020 з/).waitFor({ timeout: 3500 })
    await close()
  })

  test('has the figures of its charts in a table', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    const card = page.getByRole('region', { name: 'УНЗР пацієнтів' })
    await card.getByText('Показати таблицею').click()
    const rows = await card.getByRole('row').allInnerTexts()
    expect(rows).toHaveLength(31)
    expect(rows.at(-1)).toMatch(/\d{2}\.\d{2}\.\d{4}/)
    await close()
  })

  test('says during an outage of a registry that statuses stay unchanged, and when it began', async () => {
    await showRegistries(world.api.db.database, true)
    const opened = await world.open('/', { ...OPERATOR, theme: 'dark' })
    const { page } = opened
    const banner = page.getByRole('status').filter({ hasText: 'Реєстр не відповідає' })
    await banner.waitFor()
    expect(await banner.innerText()).toMatch(/ДМС.*Статуси людей не змінюються.*4 хвилини тому/s)
    await expectSound(opened)
    await screenshot(page, 'overview outage')
    await showRegistries(world.api.db.database, false)
    await banner.waitFor({ state: 'detached' })
    await opened.close()
  })

  test('says when the server is gone, keeps what was shown, and is well again by itself', async () => {
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
