import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectSound, LOOKS, NARROW, screenshot } from './browser.ts'
import { type SeededJobs, seedJobs } from './staff-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let keys: SeededJobs
beforeAll(async () => {
  world = await startWorld()
  keys = await seedJobs(world.api, 3)
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const

interface Job {
  readonly id: string
  readonly state: string
}

async function jobs(where: string, ...values: unknown[]): Promise<Job[]> {
  return world.api.db.database.query<Job>({
    text: `select id, state::text from pgboss.job where ${where} order by created_on, id`,
    values,
  })
}

async function jobOf(key: string): Promise<Job> {
  const [job] = await jobs('singleton_key = $1', key)
  if (job === undefined) throw new Error('there is no such job')
  return job
}

describe('the list of jobs', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/jobs', { ...OPERATOR, ...look })
    await opened.page.getByText('smtp_refused').first().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `jobs ${look.name}`)
    await opened.close()
  })

  test('keeps queue and state in the URL, and says if there are none', async () => {
    const { page, close } = await world.open('/jobs?queue=invitation_mail', OPERATOR)
    await page.getByText('усього 5 записів').waitFor()
    await page.getByLabel('Стан').selectOption('FAILED')
    await page.getByText('усього 1 запис').waitFor()
    expect(page.url()).toBe(`${world.api.url}/jobs?queue=invitation_mail&state=FAILED`)
    await close()
    const empty = await world.open('/jobs?queue=unzr_info', OPERATOR)
    await empty.page.getByText('Завдань із такими фільтрами немає').waitFor()
    await expectSound(empty)
    await empty.close()
  })

  test('updates in place while somebody looks', async () => {
    const opened = await world.open('/jobs?queue=invitation_mail', OPERATOR)
    const { page } = opened
    const row = page.getByRole('row').filter({ hasText: (await jobOf(keys.active)).id.slice(0, 8) })
    await row.getByText('Виконується').waitFor()
    await world.api.db.database.query({
      text: `update pgboss.job set state = 'retry' where singleton_key = $1`,
      values: [keys.active],
    })
    await row.getByText('Чекає повтору').waitFor()
    await opened.close()
  })

  test('is hidden from roles without jobs', async () => {
    const reader = await world.open('/jobs', { role: 'NHS AUDITOR' })
    await reader.page.getByRole('heading', { name: 'Ваша роль не має доступу' }).waitFor()
    expect(await reader.page.getByRole('link', { name: 'Завдання' }).count()).toBe(0)
    await reader.close()
  })
})

describe('actions on several jobs', () => {
  test('affect the selected rows that allow it, and no others, as announced before', async () => {
    const opened = await world.open('/jobs', { ...OPERATOR, ...NARROW, theme: 'dark' })
    const { page } = opened
    const [failed, waiting] = [await jobOf(keys.failed), await jobOf(keys.waiting)]
    const untouched = await jobs('id <> $1', failed.id)
    for (const { id } of [failed, waiting]) await page.getByLabel(`Вибрати завдання ${id}`).check()
    await page.getByText('Вибрано: 2').waitFor()
    await page.getByRole('button', { name: 'Повторити' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('heading', { name: 'Повторити 1 завдання?' }).waitFor()
    const [touched, left] = await dialog.getByRole('region').allInnerTexts()
    expect(touched).toContain(failed.id)
    expect(touched).not.toContain(waiting.id)
    expect(left).toContain(waiting.id)
    await dialog.getByText('1 вибране завдання буде пропущено').waitFor()
    await expectSound(opened)
    await screenshot(page, 'jobs dialog')
    await dialog.getByRole('button', { name: 'Повторити' }).click()
    await page.getByText('Повернуто в чергу: 1 завдання.').waitFor()
    expect((await jobOf(keys.failed)).state).toBe('retry')
    expect(await jobs('id <> $1', failed.id)).toEqual(untouched)
    await opened.close()
  })

  test('say for each refused row why, and are applied to the others', async () => {
    const opened = await world.open('/jobs?queue=registration_mail', OPERATOR)
    const { page } = opened
    await page.getByLabel('Вибрати всі на сторінці').check()
    await page.getByText('Вибрано: 3').waitFor()
    await page.getByRole('button', { name: 'Повторити' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('heading', { name: 'Повторити 3 завдання?' }).waitFor()
    const [first, second, third] = await jobs(`name = 'registration_mail'`)
    // Something that happens while the user reads the dialog.
    const by = (text: string, id = '') => world.api.db.database.query({ text, values: [id] })
    await by(`update pgboss.job set state = 'completed' where id = $1`, first?.id)
    await by('delete from pgboss.job where id = $1', second?.id)
    await dialog.getByRole('button', { name: 'Повторити' }).click()
    await page.getByText('Відмовлено: 2 завдання.').waitFor()
    await page.getByText(`${first?.id}: завдання ще не закінчено або вже виконано`).waitFor()
    await page.getByText(`${second?.id}: такого завдання вже немає`).waitFor()
    expect(await jobs('id = $1', third?.id)).toEqual([{ id: third?.id, state: 'retry' }])
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Відмовлено: 2')
    await expectSound(opened)
    await screenshot(page, 'jobs refused')
    await opened.close()
  })
})

describe('one job', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const { id } = await jobOf(keys.cancelled)
    const opened = await world.open(`/jobs/${id}`, { ...OPERATOR, ...look })
    await opened.page.getByText('smtp_refused').waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `job ${look.name}`)
    await opened.close()
  })

  test('is cancelled with the keyboard, and then retried', async () => {
    const { id } = await jobOf(keys.waiting)
    const { page, close } = await world.open(`/jobs/${id}`, OPERATOR)
    const cancel = page.getByRole('button', { name: 'Скасувати завдання' })
    await cancel.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText(id).waitFor()
    await dialog.getByRole('button', { name: 'Скасувати завдання' }).press('Enter')
    await page.getByText('Скасовано: 1 завдання.').waitFor()
    expect((await jobOf(keys.waiting)).state).toBe('cancelled')
    await page.getByRole('button', { name: 'Повторити' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Повторити' }).click()
    await page.getByText('Повернуто в чергу: 1 завдання.').waitFor()
    expect((await jobOf(keys.waiting)).state).toBe('created')
    await close()
  })

  test('that does not exist is reported', async () => {
    const { page, close } = await world.open('/jobs/00000000-0000-4000-8000-000000000000', OPERATOR)
    await page.getByText('Такого завдання немає, або його вже вилучено').waitFor()
    await close()
  })
})
