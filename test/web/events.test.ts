import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { addEvent } from './staff-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let person: string
const [other, newest] = [randomUUID(), randomUUID()]
beforeAll(async () => {
  world = await startWorld()
  const { database } = world.api.db
  ;[person = ''] = await addPersons(database, [{ documents: [nationalId(1)] }])
  await addEvent(database, 'Person', person, { verification_status: { new_value: 'NOT_VERIFIED' } })
  await addEvent(database, 'Declaration', other, { status: { new_value: 'terminated' } })
  await addEvent(database, 'Person', newest, { verification_status: { new_value: 'VERIFIED' }, note: ['x', 1] })
})
afterAll(() => world.close())

describe('events', () => {
  test.each(LOOKS)('are accessible and complete: $name', async (look) => {
    const opened = await world.open('/events', { role: 'NHS ADMIN', ...look })
    await opened.page
      .getByRole('link', { name: /^(Person|Пацієнт)$/ })
      .first()
      .waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `events ${look.name}`)
    await opened.close()
  })

  test('are listed newest first, filtered by kind and id, with links to their subjects', async () => {
    const { page, close } = await world.open('/events', { role: 'NHS ADMIN' })
    await page.getByText('усього 3 записи').waitFor()
    const [, first, , last] = await page.getByRole('row').allInnerTexts()
    expect(first).toContain(newest.slice(0, 8))
    expect(last).toContain('Не верифіковано')
    await page.getByLabel('Вид').selectOption('Person')
    await page.getByText('усього 2 записи').waitFor()
    await page.getByRole('textbox', { name: 'Ідентифікатор' }).fill(person)
    await page.keyboard.press('Enter')
    await page.getByText('усього 1 запис').waitFor()
    expect(page.url()).toBe(`${world.api.url}/events?entityType=Person&entity=${person}`)
    await page.getByRole('link', { name: 'Пацієнт', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: /Шевченко/ }).waitFor()
    expect(page.url()).toBe(`${world.api.url}/persons/${person}`)
    await close()
  })

  test('have no links for users who may not see persons, and say if there are none', async () => {
    const reader = await world.open('/events', { role: 'NHS AUDITOR' })
    await reader.page.getByText('усього 3 записи').waitFor()
    expect(await reader.page.getByRole('link', { name: 'Пацієнт', exact: true }).count()).toBe(0)
    await reader.close()
    const empty = await world.open('/events?entityType=Contract', { role: 'NHS AUDITOR' })
    await empty.page.getByText('Подій із такими фільтрами немає').waitFor()
    await expectSound(empty)
    await empty.close()
  })
})
