import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, LOOKS, NARROW, screenshot } from './browser.ts'
import { type SeededRuns, seedRuns } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let runs: SeededRuns
beforeAll(async () => {
  world = await startWorld()
  runs = await seedRuns(world.api.db.database)
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const
const stateOf = async (id: string) => {
  const [run] = await world.api.db.database.query<{ state: string; state_reason: string | null }>({
    text: 'select state, state_reason from zvirka.runs where id = $1',
    values: [id],
  })
  return run
}

describe('the list of runs', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/runs', { ...OPERATOR, ...look })
    await opened.page
      .getByRole('link', { name: /MVS|МВС/ })
      .first()
      .waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `runs ${look.name}`)
    await opened.close()
  })

  test('keeps its filters and position in the URL, and continues from it', async () => {
    const { page, close } = await world.open('/runs', OPERATOR)
    await page.getByLabel('Процес').selectOption('unzr/person')
    await page.getByText('усього 30 записів').waitFor()
    await page.getByLabel('Процес').selectOption('')
    await page.getByText('усього 64 записи').waitFor()
    expect(await page.getByRole('row').count()).toBe(51)
    await page.getByRole('link', { name: 'Наступна сторінка' }).click()
    await expect.poll(() => page.getByRole('row').count()).toBe(15)
    expect(page.url()).toMatch(/\?after=[\w%-]+$/)
    const again = await world.open(page.url().slice(world.api.url.length), OPERATOR)
    await again.page.getByRole('link', { name: 'Попередня сторінка' }).click()
    await expect.poll(() => again.page.getByRole('row').count()).toBe(51)
    await again.close()
    await close()
  })

  test('says that none match these filters', async () => {
    const opened = await world.open('/runs?process=mvs_passport/party&state=FAILED', OPERATOR)
    await opened.page.getByText('Немає запусків із такими фільтрами').waitFor()
    await expectSound(opened)
    await opened.page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await opened.page.getByText('усього 64 записи').waitFor()
    await opened.close()
  })

  test('is exported as CSV, with all pages', async () => {
    const { page, close } = await world.open('/runs?state=FINISHED', OPERATOR)
    await page.getByText('усього 61 запис').waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const file = await (await saved).path()
    const lines = (await readFile(file, 'utf8')).split('\r\n')
    expect(lines).toHaveLength(63)
    expect(lines[0]).toMatch(/^\uFEFF"Ідентифікатор","Процес","Стан/)
    await close()
  })

  test('offers no start to users who may only read', async () => {
    const { page, close } = await world.open('/runs', { role: 'NHS AUDITOR' })
    await page.getByText('усього 64 записи').waitFor()
    expect(await page.getByRole('button', { name: 'Почати запуск' }).count()).toBe(0)
    await close()
  })
})

describe('one run', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/runs/${runs.finished}`, { ...OPERATOR, ...look })
    await opened.page.getByText('timeout').waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `run ${look.name}`)
    await opened.close()
  })

  test('that the guard paused explains why, and continues when resumed', async () => {
    const opened = await world.open(`/runs/${runs.heldByGuard}`, OPERATOR)
    const { page } = opened
    await page.getByText('Запуск призупинено автоматично').waitFor()
    expect(await page.getByRole('main').innerText()).toMatch(
      /З останніх 500 відповідей несприятливих 83: більше, ніж 10 %/,
    )
    await expectSound(opened)
    await screenshot(page, 'run held by its guard')
    await page.getByRole('button', { name: 'Продовжити' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Лишилося перевірити 3 500 осіб').waitFor()
    await expectSound(opened)
    await screenshot(page, 'run dialog')
    await dialog.getByLabel('Причина').fill('Перевірено з МВС: дані правильні')
    await dialog.getByRole('button', { name: 'Продовжити' }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect
      .poll(() => stateOf(runs.heldByGuard))
      .toEqual({
        state: 'running',
        state_reason: 'Перевірено з МВС: дані правильні',
      })
    const became = page.getByRole('listitem').filter({ hasText: /\d\d:\d\d:\d\d/ })
    await became.nth(2).waitFor()
    expect(await became.allInnerTexts()).toEqual([
      expect.stringMatching(/^Запуск почався за розкладом/),
      expect.stringMatching(/^Призупинено\nЗ останніх 500 відповідей несприятливих 83/),
      expect.stringMatching(/^Продовжено\nПеревірено з МВС: дані правильні/),
    ])
    await opened.close()
  })

  test('is watched, paused and stopped with the keyboard; the focus returns', async () => {
    const opened = await world.open(`/runs/${runs.running}`, { ...OPERATOR, ...NARROW, theme: 'dark' })
    const { page } = opened
    await page.getByText('19 020 з 52 000').waitFor()
    const pause = page.getByRole('button', { name: 'Призупинити' })
    await pause.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Призупинити')
    await pause.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Призупинити' }).click()
    await page.getByRole('button', { name: 'Продовжити' }).waitFor()
    expect((await stateOf(runs.running))?.state).toBe('paused')
    await page.getByRole('button', { name: 'Зупинити' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Зупинити' }).click()
    await dialog.getByText('Напишіть причину.').waitFor()
    await expectSound(opened)
    expect((await stateOf(runs.running))?.state).toBe('paused')
    await dialog.getByLabel('Причина').fill('на сьогодні досить')
    await dialog.getByRole('button', { name: 'Зупинити' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('на сьогодні досить').first().waitFor()
    await opened.close()
  })

  test('is reverted only after what it affects was counted', async () => {
    const { page, close } = await world.open(`/runs/${runs.finished}`, OPERATOR)
    await page.getByRole('button', { name: 'Перевірити заново' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('Немає чого скасовувати').waitFor()
    expect(await dialog.getByRole('button', { name: 'Перевірити заново' }).isDisabled()).toBe(true)
    await close()
  })

  test('that does not exist is reported', async () => {
    const opened = await world.open('/runs/00000000-0000-4000-8000-000000000000', OPERATOR)
    await opened.page.getByText('Такого запуску немає').waitFor()
    await expectSound(opened)
    await opened.close()
  })
})

describe('a run', () => {
  test('is started for the selected process, after the number of due subjects is shown', async () => {
    const opened = await world.open('/runs?process=unzr/person', OPERATOR)
    const { page } = opened
    await page.getByRole('button', { name: 'Почати запуск' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/Буде перевірено|ще рахується/).waitFor()
    expect(await dialog.getByLabel('Процес').inputValue()).toBe('unzr/person')
    await expectSound(opened)
    await dialog.getByRole('button', { name: 'Почати запуск' }).click()
    await page.getByRole('heading', { name: 'Запуск: УНЗР пацієнтів' }).waitFor()
    const [run] = await world.api.db.database.query<{ id: string }>({
      text: `select id from zvirka.runs where process = 'unzr/person' and ended_at is null`,
    })
    expect(page.url()).toBe(`${world.api.url}/runs/${run?.id}`)
    await opened.close()
  })
})
