import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAudit } from '../../src/audit/audit.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
let person: string
let others: readonly string[]
beforeAll(async () => {
  world = await startWorld()
  const people = Array.from({ length: 5 }, (_, n) => ({ documents: [nationalId(n)] }))
  const ids = await addPersons(world.api.db.database, people)
  ;[person = '', ...others] = ids
  const [verifier, admin] = await Promise.all([seed('olena.verifier@nszu.example'), seed('petro.admin@nszu.example')])
  await record(admin, 'write', 'Mutation.updatePersonUnzrVerificationStatus', others, null)
  await record(verifier, 'read', 'Query.persons', ids, null)
  await record(verifier, 'read', 'Query.person', [person], null)
  await record(
    verifier,
    'reveal',
    'Mutation.revealPersonData',
    [person],
    'Заява пацієнта про помилку в УНЗР від 20.11.2026',
  )
})
afterAll(() => world.close())

const AUDITOR = { role: 'NHS AUDITOR' } as const

interface Actor {
  readonly userId: string
  readonly clientId: string
}

async function seed(email: string): Promise<Actor> {
  const client = await world.api.client()
  const { id } = await world.api.user({ email })
  return { userId: id, clientId: client.id }
}

async function record(
  actor: Actor,
  action: 'read' | 'write' | 'reveal',
  operation: string,
  subjectIds: readonly string[],
  reason: string | null,
): Promise<void> {
  const entry = { action, operation, subjectKind: 'person', subjectIds, reason }
  const fields = action === 'reveal' ? { fields: ['UNZR', 'DOCUMENTS'] } : {}
  await world.api.db.database.query(insertAudit({ ...actor, requestId: `req-${operation}` }, [{ ...entry, ...fields }]))
}

const rows = (page: Page) => page.getByRole('row')

describe('the audit', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open(`/audit?subject=${person}`, { ...AUDITOR, ...look })
    await opened.page.getByText('olena.verifier@nszu.example').first().waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `audit ${look.name}`)
    await opened.close()
  })

  test('shows from the overview who read a person’s data, in at most three clicks', async () => {
    const { page, close } = await world.open('/', AUDITOR)
    await page.getByRole('link', { name: 'Аудит' }).waitFor()
    await page.evaluate('window.clicks = 0; addEventListener("click", () => { window.clicks += 1 }, true)')
    await page.getByRole('link', { name: 'Аудит' }).click()
    await page.getByLabel('Ідентифікатор предмета').click()
    await page.keyboard.type(person)
    await page.keyboard.press('Enter')
    await page.getByText('усього 3 записи').waitFor()
    expect(await page.evaluate('window.clicks')).toBeLessThanOrEqual(3)
    expect(page.url()).toBe(`${world.api.url}/audit?subject=${person}`)
    const [, newest, , oldest] = await rows(page).allInnerTexts()
    for (const part of ['olena.verifier@nszu.example', 'Розкриття номерів', 'Заява пацієнта', 'УНЗР, документи']) {
      expect(newest).toContain(part)
    }
    // Of a list that includes the person, only the number of the others is shown.
    expect(oldest).toContain('і ще 4 разом')
    await close()
  })

  test('can be filtered by user, action and operation, and back', async () => {
    const { page, close } = await world.open('/audit?action=REVEAL', AUDITOR)
    await page.getByText('усього 1 запис').waitFor()
    await page.getByLabel('Дія').selectOption('')
    await page.getByText(/усього (?!1 )\d+ запис/).waitFor()
    await page.getByRole('link', { name: 'olena.verifier@nszu.example' }).first().click()
    await page.getByText('усього 3 записи').waitFor()
    await page.getByLabel('Операція').selectOption('Query.persons')
    await page.getByText('усього 1 запис').waitFor()
    await page.getByRole('button', { name: 'Скинути фільтри' }).click()
    await page.getByText(/усього (?!1 )\d+ запис/).waitFor()
    expect(page.url()).toBe(`${world.api.url}/audit`)
    await close()
  })

  test('takes its times as Kyiv time, wherever the computer is', async () => {
    const [moment] = await world.api.db.database.query<{ at: string }>({
      text: `select to_char(min(at) at time zone 'Europe/Kyiv', 'YYYY-MM-DD"T"HH24:MI') as at from zvirka.audit`,
    })
    const at = encodeURIComponent(moment?.at ?? '')
    const within = await world.open(`/audit?subject=${person}&from=${at}`, AUDITOR)
    await within.page.getByText('усього 3 записи').waitFor()
    expect(await within.page.getByLabel('Від, за Києвом').inputValue()).toBe(moment?.at)
    await within.page.getByLabel('До, за Києвом').fill('2026-01-01T00:00')
    await within.page.keyboard.press('Enter')
    await within.page.getByText('Цих даних ніхто не переглядав і не змінював').waitFor()
    await within.page.getByRole('link', { name: 'Сьогодні' }).click()
    await within.page.getByText('усього 3 записи').waitFor()
    expect(within.page.url()).toMatch(/from=\d{4}-\d{2}-\d{2}T00%3A00$/)
    await within.close()
  })

  test('reports an invalid id, and sends no request', async () => {
    const opened = await world.open('/audit', AUDITOR)
    const { page } = opened
    await page.getByText(/усього (?!1 )\d+ запис/).waitFor()
    await page.getByLabel('Ідентифікатор користувача').fill('olena')
    await page.keyboard.press('Enter')
    await page.getByText('Це не ідентифікатор').waitFor()
    expect(page.url()).toBe(`${world.api.url}/audit`)
    await expectSound(opened)
    await opened.close()
  })

  test('says that there are no records, or why it cannot be shown', async () => {
    const empty = await world.open('/audit?subject=00000000-0000-4000-8000-000000000000', AUDITOR)
    await empty.page.getByText('Цих даних ніхто не переглядав і не змінював').waitFor()
    await expectSound(empty)
    await screenshot(empty.page, 'audit empty')
    await empty.close()
    const failing = await world.open('/', AUDITOR)
    const answer = { errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }
    await failing.page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Audit') === true ? route.fulfill({ json: answer }) : route.fallback(),
    )
    await failing.page.getByRole('link', { name: 'Аудит' }).click()
    await failing.page.getByText('Не вдалося показати').waitFor()
    await expectSound(failing)
    await failing.page.unroute('**/graphql')
    await failing.page.getByRole('button', { name: 'Спробувати ще раз' }).click()
    await failing.page.getByText(/усього (?!1 )\d+ запис/).waitFor()
    await failing.close()
  })

  test('is exported as CSV, and the export is in it', async () => {
    const { page, close } = await world.open(`/audit?subject=${others[0]}`, AUDITOR)
    await page.getByText('усього 2 записи').waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Завантажити CSV' }).click()
    const lines = (await readFile(await (await saved).path(), 'utf8')).split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^\uFEFF"Коли \(за Києвом\)","Коли \(UTC\)","Дія/)
    expect(lines[2]).toContain('petro.admin@nszu.example')
    await page.reload()
    await page.getByText('усього 3 записи').waitFor()
    expect(await rows(page).nth(1).innerText()).toMatch(
      /nhs\.auditor@zvirka\.example[\s\S]*Перегляд або вивантаження журналу аудиту/,
    )
    await close()
  })
})
