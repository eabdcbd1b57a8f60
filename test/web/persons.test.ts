import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answer, runToEnd } from '../synchronization/cluster.ts'
import { addParties, addPersons, nationalId } from '../synchronization/people.ts'
import { expectSound, LOOKS, NARROW, overflow, screenshot } from './browser.ts'
import { changed, REFUSED, type SeededPersons, seedPersons, verifications } from './people-world.ts'
import { seedRuns } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let persons: SeededPersons
beforeAll(async () => {
  world = await startWorld()
  const { database } = world.api.db
  const { finished } = await seedRuns(database)
  persons = await seedPersons(database, finished)
})
afterAll(() => world.close())

const VERIFIER = { role: 'NHS VERIFIER' } as const
const audited = (operation: string) =>
  world.api.db.database.query<{ subject_ids: string[]; reason: string | null; fields: string[] | null }>({
    text: 'select subject_ids, reason, fields from zvirka.audit where operation = $1 order by id',
    values: [operation],
  })

describe('the list of persons', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/persons?stream=dms_passport', { ...VERIFIER, ...look })
    await opened.page.getByRole('link', { name: /Косач/ }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `persons ${look.name}`)
    await opened.close()
  })

  test.each([
    ['tax id', REFUSED.taxId],
    ['UNZR', REFUSED.unzr],
    ['document number', REFUSED.number],
  ])('finds a person by %s, which is in no URL', async (_, number) => {
    const { page, close } = await world.open('/persons', VERIFIER)
    await page.getByLabel('Номер', { exact: true }).fill(number)
    await page.keyboard.press('Enter')
    await page.getByText('усього 1 запис').waitFor()
    await page.getByRole('link', { name: /Косач Лариса/ }).waitFor()
    expect(page.url()).toBe(`${world.api.url}/persons`)
    expect(await page.evaluate<string>('JSON.stringify(history.state)')).not.toContain(number)
    await close()
  })

  test('finds a person by name and birth date, and again on going back; the name is in the heading, not in the tab’s title', async () => {
    const { page, problems, close } = await world.open('/persons', VERIFIER)
    await page.getByLabel('Прізвище').fill('косач')
    await page.getByRole('button', { name: 'Знайти' }).click()
    await page.getByText('Прізвище і дата народження потрібні разом').waitFor()
    await page.getByLabel('Дата народження').fill('1980-01-31')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: /Косач/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Косач Лариса Петрівна' }).waitFor()
    expect(await page.title()).toBe(`Пацієнт ${persons.refused.slice(0, 8)} · Звірка`)
    await page.goBack()
    await page.getByText('усього 1 запис').waitFor()
    expect(await page.getByLabel('Прізвище').inputValue()).toBe('косач')
    await page.reload()
    await page.getByText('Пошук не зберігається після перезавантаження').waitFor()
    expect(problems).toEqual([])
    await close()
  })

  test('keeps its filters and position in the URL, and shows those that a stream keeps unverified', async () => {
    const { page, close } = await world.open('/persons?stream=unzr&status=NOT_VERIFIED', VERIFIER)
    await page.getByText('усього 53 записи').waitFor()
    expect(await page.getByLabel('Потік', { exact: true }).inputValue()).toBe('unzr')
    await page.getByRole('link', { name: 'Наступна сторінка' }).click()
    await expect.poll(() => page.getByRole('row').count()).toBe(4)
    expect(page.url()).toMatch(/\/persons\?stream=unzr&status=NOT_VERIFIED&after=[\w%-]+$/)
    await page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await page.getByLabel('Зведений статус').selectOption('VERIFIED')
    await page.getByText('усього 2 записи').waitFor()
    expect(page.url()).toBe(`${world.api.url}/persons?status=VERIFIED`)
    await close()
  })

  test('explains why a combination of filters is not supported, with the API’s text as well', async () => {
    const opened = await world.open('/persons?stream=unzr&status=VERIFIED', VERIFIER)
    await opened.page.getByText('Така комбінація фільтрів не підтримується').waitFor()
    await opened.page.getByText('Точна відповідь сервера').click()
    await opened.page.getByText(/No index serves this combination/).waitFor()
    await expectSound(opened)
    await screenshot(opened.page, 'persons refused')
    await opened.close()
  })

  test('says that nobody was found, and what cannot be shown', async () => {
    const opened = await world.open('/persons', VERIFIER)
    const { page } = opened
    await page.getByLabel('Номер', { exact: true }).fill('0000000000')
    await page.keyboard.press('Enter')
    await page.getByText('Нікого не знайдено').waitFor()
    await expectSound(opened)
    await screenshot(page, 'persons nobody')
    await page.route('**/graphql', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.getByLabel('Зведений статус').selectOption('VERIFIED')
    await page.getByText('Не вдалося показати').waitFor()
    await expectSound(opened)
    await screenshot(page, 'persons failed')
    await opened.close()
  })

  test('is exported as CSV, masked and audited', async () => {
    const { page, close } = await world.open('/persons?stream=unzr&status=NOT_VERIFIED', VERIFIER)
    await page.getByText('усього 53 записи').waitFor()
    const before = (await audited('Query.persons')).length
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const text = await readFile(await (await saved).path(), 'utf8')
    expect(text.trim().split('\r\n')).toHaveLength(54)
    expect(text).toContain('********77')
    expect(text).not.toContain(REFUSED.taxId)
    expect((await audited('Query.persons')).length).toBe(before + 2)
    await close()
  })

  test('is hidden from users who may not read persons', async () => {
    const { page, close } = await world.open('/persons', { role: 'NHS OPERATOR' })
    await page.getByRole('heading', { name: 'Ваша роль не має доступу до цієї сторінки' }).waitFor()
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Пацієнти' }).count()).toBe(0)
    await close()
  })
})

describe('a person', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/persons/${persons.refused}`, { ...VERIFIER, ...look })
    await opened.page.getByRole('heading', { level: 1, name: /Косач/ }).waitFor()
    await opened.page.getByRole('table').last().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `person ${look.name}`)
    await opened.close()
  })

  test('that is not verified is found with the reason in at most three clicks from the overview', async () => {
    const { page, close } = await world.open('/', VERIFIER)
    let clicks = 0
    const click = async (name: string | RegExp) => {
      clicks += 1
      await page.getByRole('link', { name }).first().click()
    }
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    await click('Пацієнти')
    await page.getByLabel('Номер', { exact: true }).fill(REFUSED.taxId)
    await page.keyboard.press('Enter')
    await page.getByText('усього 1 запис').waitFor()
    await click(/Косач/)
    const verdict = page.getByRole('region', { name: 'Не верифіковано: дані потребують змін' })
    const text = await verdict.innerText()
    expect(text).toContain('УНЗР: «Не верифіковано». Паспорт, ДМС: «Не верифіковано».')
    expect(text).toContain('Реєстр відповів 0. УНЗР не належить особі з таким іменем і датою народження.')
    expect(text).toContain('Реєстр відповів 1 про іншого пацієнта з тим самим документом')
    expect(clicks).toBeLessThanOrEqual(3)
    await close()
  })

  test('shows for each stream the rule, the run, the message and what comes next; in English as well', async () => {
    const { page, close } = await world.open(`/persons/${persons.refused}`, { ...VERIFIER, language: 'en' })
    const card = page.getByRole('region', { name: 'UNZR', exact: true })
    await card.getByText('Details').click()
    const text = await card.innerText()
    expect(text).toContain(
      'The registry answered 0. The UNZR does not belong to a person with this name and date of birth.',
    )
    expect(text).toContain('Nothing, until the person is changed or sent for verification again.')
    expect(text).toContain('specification, section 2.5.4')
    expect(text).toMatch(/Message in Trembita\s+[\da-f]{8}-/)
    await card.getByRole('link').click()
    await page.getByRole('heading', { name: /Run:/ }).waitFor()
    await close()
  })

  test('shows numbers masked, and in full only for a reason, which is stored', async () => {
    const opened = await world.open(`/persons/${persons.refused}`, VERIFIER)
    const { page } = opened
    await page.getByText('********77', { exact: true }).waitFor()
    expect(await page.getByText(REFUSED.taxId).count()).toBe(0)
    await page.getByRole('button', { name: 'Показати номери' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Показати номери' }).click()
    await dialog.getByText('Напишіть причину.').waitFor()
    await expectSound(opened)
    await screenshot(page, 'person reveal dialog')
    expect(await audited('Mutation.revealPersonData')).toEqual([])
    await dialog.getByLabel('Номери документів').uncheck()
    await dialog.getByLabel('Причина').fill('звернення 17/2026')
    await dialog.getByRole('button', { name: 'Показати номери' }).click()
    await page.getByText(REFUSED.taxId).waitFor()
    expect(await page.getByText(REFUSED.unzr).count()).toBe(1)
    expect(await page.getByText(REFUSED.number).count()).toBe(0)
    await screenshot(page, 'person revealed')
    expect(await audited('Mutation.revealPersonData')).toEqual([
      { subject_ids: [persons.refused], reason: 'звернення 17/2026', fields: ['TAX_ID', 'UNZR'] },
    ])
    await page.getByRole('button', { name: 'Сховати номери' }).click()
    await page.getByText(REFUSED.taxId).waitFor({ state: 'detached' })
    await opened.close()
  })

  test('is not shown in full to a role without that right', async () => {
    const { page, close } = await world.open(`/persons/${persons.refused}`, { role: 'NHS ADMIN' })
    await page.getByText('********77', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Показати номери' }).count()).toBe(0)
    await close()
  })

  test('has a history with a filter by stream and pages, in the URL', async () => {
    const { page, close } = await world.open(`/persons/${persons.verified}`, VERIFIER)
    const history = page.getByRole('region', { name: 'Історія' })
    await history.getByRole('link', { name: 'Наступна сторінка' }).click()
    await expect.poll(() => history.getByRole('row').count()).toBe(12)
    await history.getByLabel('Потік').selectOption('unzr')
    await expect.poll(() => history.getByRole('row').count()).toBe(2)
    expect(page.url()).toBe(`${world.api.url}/persons/${persons.verified}?stream=unzr`)
    expect(await history.innerText()).toContain('Імпорт')
    await close()
  })

  test('is queued again after a confirmation: that stream of that person and nothing else', async () => {
    const opened = await world.open(`/persons/${persons.refused}`, VERIFIER)
    const { page } = opened
    const card = page.getByRole('region', { name: 'УНЗР', exact: true })
    await card.getByRole('button', { name: 'Перевірити ще раз' }).click()
    const dialog = page.getByRole('dialog')
    await expectSound(opened)
    await screenshot(page, 'person check again dialog')
    const before = await verifications(world.api.db.database)
    await dialog.getByRole('button', { name: 'Перевірити ще раз' }).click()
    await dialog.waitFor({ state: 'detached' })
    await card.getByText('Пацієнта створено, змінено або надіслано на перевірку ще раз.').waitFor()
    expect(await card.innerText()).toMatch(/Потребує верифікації[\s\S]*Візьме найближчий запуск/)
    const touched = changed(before, await verifications(world.api.db.database))
    expect(touched.map(({ id }) => id)).toEqual([persons.refused])
    expect(touched[0]?.columns.filter((column) => !/^(unzr|updated)_/.test(column))).toEqual([])
    // Another process's stream cannot be sent again by us.
    const nhs = page.getByRole('region', { name: 'НСЗУ', exact: true })
    expect(await nhs.getByRole('button').count()).toBe(0)
    await opened.close()
  })

  test('offers no check of a stream whose registry is disabled, and says why', async () => {
    const { unserved } = world.api
    unserved.add('drfo')
    const { page, close } = await world.open(`/persons/${persons.refused}`, VERIFIER)
    const card = page.getByRole('region', { name: 'ДРФО', exact: true })
    await card.getByText('цей реєстр тут не запитують, бо не задано TREMBITA_DRFO').waitFor()
    expect(await card.getByRole('button').count()).toBe(0)
    unserved.clear()
    await page.reload()
    await card.getByRole('button', { name: 'Перевірити ще раз' }).waitFor()
    await close()
  })

  test('shows what the tax register answered in its own words: 0 says yes there', async () => {
    const owner = world.api.db.open({ role: 'zvirka_owner', max: 1 })
    const answer = async (code: number) =>
      owner.query({
        text: 'update mpi.person_drfo_checks set data_status = $2, synced_at = now() where subject_id = $1',
        values: [persons.refused, code],
      })
    await answer(0)
    const { page, close } = await world.open(`/persons/${persons.refused}`, VERIFIER)
    const card = page.getByRole('region', { name: 'ДРФО', exact: true })
    await card.getByText('0 — дані збігаються').waitFor()
    await answer(42)
    await page.reload()
    await card.getByText('42', { exact: true }).waitFor()
    await owner.query({
      text: `insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
             values ($1, 'person', 'drfo', 'NOT_VERIFIED', 'AUTO', '5', $1), ($1, 'person', 'dracs_death', 'VERIFIED', 'AUTO_ONLINE', '5', $1)`,
      values: [persons.refused],
    })
    await page.reload()
    await page.getByText('Податковий реєстр не підтвердив дані').waitFor()
    await page.getByText('Акта про смерть, який може стосуватися людини, немає').waitFor()
    await close()
  })

  test('with long names and texts fits a phone, a tablet and a small screen', async () => {
    const opened = await world.open(`/persons/${persons.long}`, { ...VERIFIER, ...NARROW })
    await opened.page.getByRole('heading', { level: 1, name: /Надзвичайно/ }).waitFor()
    await expectSound(opened)
    await screenshot(opened.page, 'person long narrow')
    for (const width of [768, 1024, 1280]) {
      await opened.page.setViewportSize({ width, height: 900 })
      expect(await overflow(opened.page), `${width}`).toBeLessThanOrEqual(0)
    }
    await opened.close()
  })

  test('that is inactive, or does not exist, is reported', async () => {
    const opened = await world.open(`/persons/${persons.inactive}`, VERIFIER)
    await opened.page.getByText('Запис неактивний, тому реєстри не запитують').waitFor()
    expect(await opened.page.getByRole('button', { name: 'Перевірити ще раз' }).count()).toBe(0)
    await expectSound(opened)
    await screenshot(opened.page, 'person inactive')
    await opened.close()
    const missing = await world.open('/persons/00000000-0000-4000-8000-000000000000', VERIFIER)
    await missing.page.getByText('Такого пацієнта немає').waitFor()
    await expectSound(missing)
    await missing.close()
  })
})

describe('reverting a run', () => {
  test('affects exactly those who were counted before: nobody who was changed since, nobody of another run', async () => {
    const { db } = world.api
    const stream = { stream: 'mvs_passport' } as const
    const mine = await addPersons(
      db.database,
      [11, 12, 13].map((number) => ({ ...stream, documents: [nationalId(number)] })),
    )
    // With the first one's document: the answer about that one reaches it.
    await addParties(db.database, [
      { ...stream, status: 'VERIFIED', reason: 'AUTO_NOT_LOST', documents: [nationalId(11)] },
    ])
    const run = await runToEnd(db, { ask: async () => answer(1) }, { process: 'mvs_passport/person' })
    const since = mine[2] ?? ''
    await db.database.query({
      text: `update wide.person_verifications set mvs_passport_verification_status = 'VERIFICATION_NEEDED',
                    mvs_passport_verification_reason = 'ONLINE_TRIGGERED' where person_id = $1`,
      values: [since],
    })
    const before = await verifications(db.database)
    const opened = await world.open(`/runs/${run.id}`, { role: 'NHS OPERATOR' })
    const { page } = opened
    await page.getByRole('button', { name: 'Перевірити заново' }).click()
    const dialog = page.getByRole('alertdialog')
    const told = await dialog.getByText(/Буде повернуто на перевірку/).innerText()
    const [persons = 0, parties = 0] = [...told.matchAll(/(\d+) (?:пац|медпрац)/g)].map(([, count]) => Number(count))
    expect(changed(before, await verifications(db.database))).toEqual([])
    await expectSound(opened)
    await screenshot(page, 'run recheck dialog')
    await dialog.getByLabel('Причина').fill('реєстр помилявся')
    await dialog.getByRole('button', { name: 'Перевірити заново' }).click()
    await dialog.waitFor({ state: 'detached' })
    const touched = changed(before, await verifications(db.database))
    expect(touched).toHaveLength(persons + parties)
    expect([persons >= 2, parties]).toEqual([true, 1])
    const ids = touched.map(({ id }) => id)
    expect([ids.includes(mine[0] ?? ''), ids.includes(mine[1] ?? ''), ids.includes(since)]).toEqual([true, true, false])
    expect(touched.flatMap(({ columns }) => columns).filter((name) => !/^(mvs_passport|updated)_/.test(name))).toEqual(
      [],
    )
    expect(await audited('Mutation.recheckVerificationRun')).toEqual([
      { subject_ids: [run.id], reason: 'реєстр помилявся', fields: null },
    ])
    await opened.close()
  })
})
