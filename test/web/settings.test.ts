import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.api.db.database.query({
    text: `insert into prm.global_parameters (parameter, value, inserted_by, updated_by)
           select 'verification_allowed_position_codes', repeat('P1, P2, P3, ', 20), updated_by, updated_by from prm.global_parameters limit 1`,
  })
})
afterAll(() => world.close())

const ADMIN = { role: 'NHS ADMIN' } as const
const values = async () => {
  const found = await world.api.db.database.query<{ parameter: string; value: string }>({
    text: 'select parameter, value from prm.global_parameters',
  })
  return Object.fromEntries(found.map(({ parameter, value }) => [parameter, value]))
}

describe('settings', () => {
  test.each(LOOKS)('are accessible and complete: $name', async (look) => {
    const opened = await world.open('/settings', { ...ADMIN, ...look })
    await opened.page.getByText('adult_age').waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `settings ${look.name}`)
    await opened.close()
  })

  test('explain each one, and offer no change to users who may only read', async () => {
    const { page, close } = await world.open('/settings', { role: 'NHS OPERATOR' })
    const age = page.getByRole('region', { name: 'Вік повноліття' })
    await age.getByText('18 років').waitFor()
    await age.getByText('Від цього віку пацієнт вважається дорослим').waitFor()
    await page.getByRole('region', { name: 'Строк декларації' }).getByText('40 років').waitFor()
    await page.getByRole('region', { name: 'Строк відповіді' }).getByText('29 днів').waitFor()
    await page.getByText('Ваша роль може лише переглядати параметри.').waitFor()
    expect(await page.getByRole('main').getByRole('button', { name: 'Змінити' }).count()).toBe(0)
    await close()
  })

  test('are changed after old and new values were shown; only changed ones are sent', async () => {
    const opened = await world.open('/settings', ADMIN)
    const { page } = opened
    const before = await values()
    await page.getByRole('button', { name: 'Змінити Строк відповіді' }).click()
    const dialog = page.getByRole('dialog')
    const save = dialog.getByRole('button', { name: 'Зберегти' })
    expect(await save.isDisabled()).toBe(true)
    await dialog.getByLabel('Значення').fill('0')
    await dialog.getByText('Ціле число від 1 до 99999.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await expectSound(opened)
    await dialog.getByLabel('Значення').fill('45')
    const comparison = dialog.getByRole('status')
    await comparison.getByText('45 днів').waitFor()
    expect(await comparison.innerText()).toMatch(/Було\s+29 днів\s+Стане\s+45 днів/)
    await screenshot(page, 'settings dialog')
    expect(await values()).toEqual(before)
    await save.click()
    await page.getByText('Збережено: Строк відповіді на запит.').waitFor()
    await page.getByRole('region', { name: 'Строк відповіді' }).getByText('45 днів').waitFor()
    await page.getByRole('region', { name: 'Строк відповіді' }).getByRole('link', { name: 'Ви', exact: true }).waitFor()
    expect(await values()).toEqual({ ...before, employee_request_expiration: '45' })
    const [record] = await world.api.db.database.query({
      text: `select fields from zvirka.audit where operation = 'Mutation.updateGlobalParameters'`,
    })
    expect(record).toEqual({ fields: ['employee_request_expiration'] })
    await opened.close()
  })

  test('stay unchanged if the dialog is closed, or the change is refused', async () => {
    const { page, close } = await world.open('/settings', ADMIN)
    const before = await values()
    await page.getByRole('button', { name: 'Змінити Вік повноліття' }).click()
    await page.getByLabel('Значення').fill('21')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Змінити Вік повноліття' }).click()
    expect(await page.getByLabel('Значення').inputValue()).toBe('18')
    await page.getByLabel('Значення').fill('21')
    const answer = { errors: [{ message: 'no', extensions: { code: 'CONFLICT' } }] }
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('mutation') === true ? route.fulfill({ json: answer }) : route.fallback(),
    )
    await page.getByRole('button', { name: 'Зберегти' }).click()
    await page.getByRole('alert').getByText('Не вдалося виконати').waitFor()
    expect(await values()).toEqual(before)
    await close()
  })
})
