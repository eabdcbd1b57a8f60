import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Query } from '../../src/database/query.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { type SeededRequests, seedRequests } from './staff-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let seeded: SeededRequests
beforeAll(async () => {
  world = await startWorld()
  seeded = await seedRequests(world.api.db.database)
})
afterAll(() => world.close())

const ADMIN = { role: 'NHS ADMIN' } as const
const VERIFIER = { role: 'NHS VERIFIER' } as const

describe('the list of employee requests', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/employee-requests', { ...ADMIN, ...look })
    await opened.page
      .getByRole('link', { name: /Коваленко/ })
      .first()
      .waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `requests ${look.name}`)
    await opened.close()
  })

  test('keeps status, code and legal entity in the URL, and nothing that names a person', async () => {
    const { page, close } = await world.open('/employee-requests', ADMIN)
    await page.getByText('усього 61 запис').waitFor()
    await page.getByLabel('Статус').selectOption('REJECTED')
    await page.getByText('усього 1 запис').waitFor()
    await page.getByLabel('ЄДРПОУ').fill('38112233')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/employee-requests?status=REJECTED&edrpou=38112233')
    await page.getByLabel('ЄДРПОУ').fill('3184710691')
    await page.keyboard.press('Enter')
    await page.getByText('Запитів із такими фільтрами немає').waitFor()
    expect(page.url()).toBe(`${world.api.url}/employee-requests?status=REJECTED`)
    await page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await page.getByText('усього 61 запис').waitFor()
    await page.getByLabel('Назва закладу').fill('ФОП Коваленко Марія')
    await page.keyboard.press('Enter')
    await page.getByText('Запитів із такими фільтрами немає').waitFor()
    expect(page.url()).toBe(`${world.api.url}/employee-requests`)
    await page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await page
      .getByRole('link', { name: /Комунальне/ })
      .first()
      .click()
    await page.waitForURL(`**/employee-requests?entity=${seeded.legalEntity}`)
    await close()
  })

  test('is exported as CSV, and the audit has the persons in it', async () => {
    const { page, close } = await world.open('/employee-requests?status=EXPIRED', ADMIN)
    await page.getByText('усього 58 записів').waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const lines = (await readFile(await (await saved).path(), 'utf8')).split('\r\n')
    expect(lines).toHaveLength(60)
    const [read] = await world.api.db.database.query<{ count: string }>({
      text: `select count(distinct subject) from zvirka.audit a, unnest(a.subject_ids) as subject where operation = 'Query.employeeRequests'`,
    })
    expect(Number(read?.count)).toBeGreaterThanOrEqual(58)
    await close()
  })
})

describe('one request', () => {
  test.each(LOOKS)('that was approved is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/employee-requests/${seeded.approved}`, { ...ADMIN, ...look })
    await opened.page.getByRole('heading', { level: 1, name: 'Коваленко Марія Іванівна' }).waitFor()
    await opened.page.getByRole('table').last().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `request ${look.name}`)
    await opened.close()
  })

  test('shows numbers masked, and its effects: the employee, the party, the events', async () => {
    const { page, close } = await world.open(`/employee-requests/${seeded.approved}`, ADMIN)
    await page.getByText('Наслідки підтвердження').waitFor()
    await page.getByRole('region', { name: 'Події запиту' }).getByText('Підтверджено').waitFor()
    const shown = await page.getByRole('main').innerText()
    expect(shown).not.toMatch(/3184710691|АБ123456|\+380971112233/)
    expect(shown).toMatch(/\*+91/)
    expect(await page.title()).toBe(`Запит ${seeded.approved.slice(0, 8)} · Звірка`)
    await page.getByRole('link', { name: 'До медпрацівника та його верифікації' }).click()
    await page.waitForURL(`**/parties/${seeded.party}`)
    await page.goBack()
    await page.getByRole('link', { name: 'Хто переглядав цей запит' }).click()
    await page.getByText('nhs.admin@zvirka.example').first().waitFor()
    await close()
  })

  test('that waits says what an approval will do; nothing can be decided here', async () => {
    const opened = await world.open(`/employee-requests/${seeded.fresh}`, VERIFIER)
    const { page } = opened
    await page.getByText('Що зробить підтвердження').waitFor()
    await expectSound(opened)
    await screenshot(page, 'request new')
    expect(
      await page
        .getByRole('main')
        .getByRole('button', { name: /Підтвердити|Відхилити/ })
        .count(),
    ).toBe(0)
    // A verifier sees no events and no audit.
    expect(await page.getByText('Події запиту').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Хто переглядав цей запит' }).count()).toBe(0)
    await opened.close()
  })

  test('about somebody who has another user is confirmed by an administrator, and by nobody else', async () => {
    const query = <Row>(asked: Query) => world.api.db.database.query<Row>(asked)
    const values = [seeded.fresh]
    await query<object>({
      text: `with p as (insert into prm.parties (first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
                        select 'Інна', 'Інша', (data #>> '{party,birth_date}')::date, data #>> '{party,tax_id}', id, id
                          from il.employee_requests where id = $1 returning id),
                  u as (insert into mithril.users (email) values ('known@clinic.example') returning id)
             insert into prm.party_users (user_id, party_id) select u.id, p.id from u, p`,
      values,
    })
    const verifier = await world.open(`/employee-requests/${seeded.fresh}`, VERIFIER)
    await verifier.page.getByText('спершу запит має підтвердити НСЗУ').waitFor()
    expect(await verifier.page.getByRole('button', { name: 'Підтвердити особу' }).count()).toBe(0)
    await verifier.close()
    const opened = await world.open(`/employee-requests/${seeded.fresh}`, ADMIN)
    const { page } = opened
    await page.getByText('Ім’я медпрацівника зміниться').waitFor()
    await page.getByRole('button', { name: 'Підтвердити особу' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Підтвердити особу' }).click()
    await page.getByText('Підтверджено НСЗУ').waitFor()
    expect(await page.getByText('спершу запит має підтвердити НСЗУ').count()).toBe(0)
    await expectSound(opened)
    await opened.close()
    const [row] = await query<{ confirmed: boolean }>({
      text: 'select confirmed_at is not null as confirmed from il.employee_requests where id = $1',
      values,
    })
    expect(row).toEqual({ confirmed: true })
  })

  test('that does not exist is reported', async () => {
    const { page, close } = await world.open('/employee-requests/00000000-0000-4000-8000-000000000000', VERIFIER)
    await page.getByText('Такого запиту немає').waitFor()
    await close()
  })
})
