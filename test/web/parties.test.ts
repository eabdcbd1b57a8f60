import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, LOOKS, overflow, screenshot } from './browser.ts'
import { changed, DIPLOMA, DOCTOR_TAX_ID, type SeededParties, seedParties, verifications } from './people-world.ts'
import { seedRuns } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let parties: SeededParties
beforeAll(async () => {
  world = await startWorld()
  const { database } = world.api.db
  const { finished } = await seedRuns(database)
  parties = await seedParties(database, finished)
})
afterAll(() => world.close())

const VERIFIER = { role: 'NHS VERIFIER' } as const

describe('the list of parties', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/parties', { ...VERIFIER, ...look })
    await opened.page.getByRole('link', { name: /Лікаренко/ }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `parties ${look.name}`)
    await opened.close()
  })

  test('finds a party by tax id, which is in no URL, and offers no UNZR', async () => {
    const { page, close } = await world.open('/parties', VERIFIER)
    expect(await page.getByLabel('Що це за номер').innerText()).not.toContain('УНЗР')
    await page.getByLabel('Номер', { exact: true }).fill(DOCTOR_TAX_ID)
    await page.getByText('Шукатиметься як: РНОКПП').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('усього 1 запис').waitFor()
    await page.getByRole('link', { name: /Лікаренко/ }).waitFor()
    expect(page.url()).toBe(`${world.api.url}/parties`)
    await page.getByRole('button', { name: 'Прибрати пошук' }).click()
    await page.getByText('усього 3 записи').waitFor()
    await close()
  })

  test('has its filters in the URL, and is exported as CSV, masked', async () => {
    const { page, close } = await world.open('/parties?stream=mvs_passport&status=NOT_VERIFIED', VERIFIER)
    await page.getByText('усього 1 запис').waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/Лікаренко.*\*{8}33","NOT_VERIFIED","VERIFIED","VERIFIED","NOT_VERIFIED","VERIFIED"/)
    await close()
  })
})

describe('a party', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/parties/${parties.doctor}`, { ...VERIFIER, ...look })
    await opened.page.getByRole('heading', { level: 1, name: /Лікаренко/ }).waitFor()
    await opened.page.getByRole('table').last().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `party ${look.name}`)
    await opened.close()
  })

  test('shows why it is not verified, where it works, and its phones for a reason', async () => {
    const { page, close } = await world.open(`/parties/${parties.doctor}`, VERIFIER)
    const verdict = page.getByRole('region', { name: 'Не верифіковано', exact: true })
    expect(await verdict.innerText()).toContain('Реєстр відповів 1. Документ є серед викрадених і втрачених.')
    const employees = page.getByRole('region', { name: 'Посади' })
    expect(await employees.getByRole('row').count()).toBe(3)
    expect(await employees.innerText()).toMatch(/ЄДРПОУ 38945621[\s\S]*Лікар[\s\S]*Звільнено/)
    expect(await page.getByText('+380971112233').count()).toBe(0)
    await page.getByRole('button', { name: 'Показати номери' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Причина').fill('перевірка контакту')
    await dialog.getByRole('button', { name: 'Показати номери' }).click()
    await page.getByText('+380971112233').waitFor()
    await page.getByText('АБ000882').waitFor()
    await close()
  })

  test('shows its education in words, with masked diploma numbers', async () => {
    const { page, close } = await world.open(`/parties/${parties.doctor}`, VERIFIER)
    const learned = page.getByRole('region', { name: 'Освіта й кваліфікація' })
    const text = await learned.innerText()
    expect(text).toMatch(
      /Освіта\s+Ступінь\s+Магістр\s+Спеціальність\s+Лікувальна справа[\s\S]*Країна\s+Україна\s+Видано\s+30\.06\.2003/,
    )
    expect(text).toMatch(
      /Спеціальності\s+Спеціальність\s+Загальна практика — сімейна медицина\s+Основна\s+так\s+Категорія\s+Перша/,
    )
    expect(text).toMatch(
      /Підвищення кваліфікації\s+Вид\s+Стажування[\s\S]*Науковий ступінь\s+Ступінь\s+Доктор філософії/,
    )
    expect(text).toMatch(/Номер диплома\s+\*{9}78/)
    expect(text).not.toContain(DIPLOMA)
    await close()
    const whole = await world.open(`/parties/${parties.doctor}`, { ...VERIFIER, isMasked: false })
    await whole.page.getByText(DIPLOMA).waitFor()
    await whole.close()
  })

  test('fits a tablet and a small screen', async () => {
    const { page, close } = await world.open(`/parties/${parties.doctor}`, { ...VERIFIER, width: 768 })
    await page.getByRole('table').last().waitFor()
    for (const width of [768, 1024, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await overflow(page), `${width}`).toBeLessThanOrEqual(0)
    }
    await close()
  })

  test('is queued to be checked again', async () => {
    const { page, close } = await world.open(`/parties/${parties.doctor}`, VERIFIER)
    const card = page.getByRole('region', { name: 'Паспорт, ДМС' })
    const before = await verifications(world.api.db.database)
    await card.getByRole('button', { name: 'Перевірити ще раз' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Перевірити ще раз' }).click()
    await dialog.waitFor({ state: 'detached' })
    await card.getByText('Потребує верифікації').waitFor()
    const touched = changed(before, await verifications(world.api.db.database))
    expect(touched.map(({ id }) => id)).toEqual([parties.doctor])
    expect(touched[0]?.columns.filter((column) => !/^(dms_passport|updated)_/.test(column))).toEqual([])
    await close()
  })

  test('of the NHS has its DRACS death confirmed manually; others cannot, and it is audited', async () => {
    const other = await world.open(`/parties/${parties.doctor}`, VERIFIER)
    await other.page.getByRole('region', { name: 'ДРАЦС, смерть' }).waitFor()
    expect(await other.page.getByRole('button', { name: 'Підтвердити вручну' }).count()).toBe(0)
    await other.close()
    const opened = await world.open(`/parties/${parties.official}`, VERIFIER)
    const { page } = opened
    const card = page.getByRole('region', { name: 'ДРАЦС, смерть' })
    await card.getByRole('button', { name: 'Підтвердити вручну' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByLabel('Що з’ясовано').selectOption('MANUAL_NOT_CONFIRMED')
    await dialog.getByLabel('Коментар (необов’язково)').fill('Однофамілиця')
    await expectSound(opened)
    await screenshot(page, 'party death dialog')
    await dialog.getByRole('button', { name: 'Записати' }).click()
    await dialog.waitFor({ state: 'detached' })
    await card.getByText('Посадова особа підтвердила це вручну.').waitFor()
    expect(await card.innerText()).toMatch(/Верифіковано[\s\S]*Вручну: не підтверджено[\s\S]*Однофамілиця/)
    await page.getByRole('region', { name: 'Верифіковано', exact: true }).waitFor()
    const [record] = await world.api.db.database.query<{ subject_ids: string[] }>({
      text: `select subject_ids from zvirka.audit where operation = 'Mutation.updatePartyDracsDeathVerificationStatus'`,
    })
    expect(record?.subject_ids).toEqual([parties.official])
    await opened.close()
  })

  test('without employment is shown as not checked; an unknown one is reported', async () => {
    const opened = await world.open(`/parties/${parties.dismissed}`, VERIFIER)
    await opened.page.getByText('Немає схваленої чинної посади, тому реєстри не запитують.').waitFor()
    expect(await opened.page.getByRole('button', { name: 'Перевірити ще раз' }).count()).toBe(0)
    await expectSound(opened)
    await opened.close()
    const missing = await world.open('/parties/00000000-0000-4000-8000-000000000000', VERIFIER)
    await missing.page.getByText('Такого медпрацівника немає').waitFor()
    await missing.close()
  })
})
