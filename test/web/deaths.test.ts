// Rules: spec 8.17.1
/** The page for decisions on acts of death (spec 8.17). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { fates, propose } from '../death-acts/candidates.ts'
import { employee, importLines as importParties, party } from '../parties/parties.ts'
import { document, importLines as importPersons, person } from '../persons/persons.ts'
import { expectSound, LOOKS, screenshot } from './browser.ts'
import { startWorld, type World } from './world.ts'

let world: World
let owner: Database
let candidate: string
beforeAll(async () => {
  world = await startWorld()
  owner = world.api.db.open({ role: 'zvirka_owner', max: 2 })
  candidate = await candidateOf((await add('Ковальчук', { score: 0.95 })).id)
  await addParty()
})
afterAll(() => world.close())

const VERIFIER = { role: 'NHS VERIFIER' } as const
let number = 0

/** A person with an open declaration, and an act of death that may be theirs. */
async function add(last_name: string, { score = 0.75, status = 'VERIFICATION_NEEDED' } = {}) {
  number += 1
  const taxId = String(2_924_700_000 + number)
  const dracs_death = { status, reason: 'AUTO_ONLINE' }
  const { id } = person({ verification: { dracs_death } })
  const documents = [document(String(300_000_000 + number))]
  await importPersons(world.api.db.database, [
    person({ id, last_name, tax_id: taxId, unzr: null, documents, verification: { dracs_death } }),
  ])
  await owner.query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, declaration_number, updated_by)
           values ($2, $1, $2, '2024-05-06', '2066-01-01', 'active', '0000-12H4-245D', $1)`,
    values: [id, randomUUID()],
  })
  const actId = await propose(owner, 'person', id, {
    ...{
      score,
      surname: last_name,
      name: 'Олена',
      patronymic: null,
      date_birth: '31.01.1980',
      numident: taxId,
      sex: '2',
    },
    ...{ date_death: '01.03.2026', ar_reg_number: `0012345678${number}`, ar_reg_date: '2026-03-02T08:00:00.000Z' },
    ...{ compose_org: 'Шевченківський відділ ДРАЦС у місті Києві', region: 'м. Київ', locality: 'Київ' },
    doc_seizes: [{ Doc_Type: 'Паспорт громадянина України', Series_Numb: 'АВ 123456' }],
  })
  return { id, actId }
}

async function addParty(): Promise<void> {
  const record = party({
    employees: [employee()],
    verification: { dracs_death: { status: 'NOT_VERIFIED', reason: 'AUTO_ONLINE' } },
  })
  await importParties(world.api.db.database, [record])
  await propose(owner, 'party', record.id, { score: 0.95 })
}

async function candidateOf(personId: string): Promise<string> {
  const [row] = await owner.query<{ id: string }>({
    text: 'select id from mpi.person_verification_candidates where person_id = $1',
    values: [personId],
  })
  return row?.id ?? ''
}

const statusOf = async (id: string) =>
  (await owner.query<{ status: string }>({ text: 'select status from mpi.persons where id = $1', values: [id] }))[0]
    ?.status

describe('the overview', () => {
  test('shows how many acts of death wait, of which kind, and links to them', async () => {
    const opened = await world.open('/', VERIFIER)
    const banner = opened.page.getByRole('status').filter({ hasText: 'Акти про смерть чекають на рішення' })
    await banner.getByRole('link', { name: 'Медпрацівники: 1 акт' }).waitFor()
    await expectSound(opened)
    await banner.getByRole('link', { name: 'Пацієнти: 1 акт' }).click()
    await opened.page.getByRole('link', { name: /Ковальчук/ }).waitFor()
    await opened.close()
  })

  test('says nothing of them to who may not read people', async () => {
    const { page, close } = await world.open('/', { role: 'NHS AUDITOR' })
    await page.getByRole('table').first().waitFor()
    expect(await page.getByText('чекають на рішення').count()).toBe(0)
    await close()
  })
})

describe('the list of acts of death', () => {
  test.each(LOOKS)('is accessible and complete: $name', async (look) => {
    const opened = await world.open('/deaths', { ...VERIFIER, ...look })
    await opened.page.getByRole('link', { name: /Ковальчук/ }).waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `deaths ${look.name}`)
    await opened.close()
  })

  test('has its filters in the URL, and is empty if nobody waits', async () => {
    const opened = await world.open('/deaths', VERIFIER)
    await opened.page.getByLabel('Збіг').selectOption('GREY')
    await opened.page.getByText('З такими умовами ніхто не чекає').waitFor()
    expect(opened.page.url()).toBe(`${world.api.url}/deaths?zone=GREY`)
    await expectSound(opened)
    await opened.close()
  })
})

describe('an act of death', () => {
  test.each(LOOKS)('is accessible and complete beside its possible subject: $name', async (look) => {
    const opened = await world.open(`/deaths/persons/${candidate}`, { ...VERIFIER, ...look })
    await opened.page.getByRole('table').waitFor()
    await expectSound(opened, look.language)
    await screenshot(opened.page, `death ${look.name}`)
    await opened.close()
  })

  test('shows the consequences before a decision, accessibly', async () => {
    const opened = await world.open(`/deaths/persons/${candidate}`, VERIFIER)
    await opened.page.getByRole('button', { name: 'Підтвердити смерть' }).click()
    const dialog = opened.page.getByRole('alertdialog')
    await dialog.getByText('Закінчиться: 1 декларація.').waitFor()
    await dialog.getByText(/0000-12H4-245D, з .*2024/).waitFor()
    expect(await dialog.getByLabel('Дата смерті').inputValue()).toBe('2026-03-01')
    await dialog.getByRole('button', { name: 'Підтвердити смерть' }).click()
    await dialog.getByText('Напишіть, чому ви так вирішили.').waitFor()
    await expectSound(opened)
    await screenshot(opened.page, 'death decision')
    await opened.close()
  })

  test('is confirmed in four clicks from the overview, and the next one follows', async () => {
    const { id, actId } = await add('Абрамчук', { score: 1 })
    await add('Абраменко', { score: 0.99 })
    const { page, close } = await world.open('/', VERIFIER)
    await page.getByRole('link', { name: 'Акти про смерть' }).click()
    await page.getByRole('link', { name: /Абрамчук/ }).click()
    await page.getByRole('button', { name: 'Підтвердити смерть' }).click()
    await page.getByLabel('Коментар').fill('Підтвердила донька')
    await page.getByRole('alertdialog').getByRole('button', { name: 'Підтвердити смерть' }).click()
    await page.getByRole('heading', { name: /Абраменко/ }).waitFor()
    expect(await statusOf(id)).toBe('inactive')
    expect(await fates(owner, 'person', id)).toEqual({ [actId]: 'CONFIRMED' })
    await close()
  })

  test('is rejected with the keyboard only', async () => {
    const { id } = await add('Борсук', { score: 0.8 })
    const { page, close } = await world.open(`/deaths/persons/${await candidateOf(id)}`, VERIFIER)
    await page.getByRole('button', { name: 'Це інша людина' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByLabel('Причина').waitFor()
    const tabTo = async (name: string) => {
      for (let n = 0; n < 10; n += 1) {
        const label = await page.evaluate<string>(
          `(document.activeElement.labels?.[0] ?? document.activeElement).textContent`,
        )
        if (label.startsWith(name)) return
        await page.keyboard.press('Tab')
      }
      throw new Error(`no way to ${name}`)
    }
    await tabTo('Коментар')
    await page.keyboard.type('Тезка з іншого міста')
    await tabTo('Це інша людина')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(Object.values(await fates(owner, 'person', id))).toEqual(['REJECTED'])
    expect(await statusOf(id)).toBe('active')
    await close()
  })

  test('is referred to the doctor, and then says so', async () => {
    const { id } = await add('Гай', { score: 0.71 })
    const address = `/deaths/persons/${await candidateOf(id)}`
    const { page, close } = await world.open(address, VERIFIER)
    await page.getByRole('button', { name: 'Залишити лікарю' }).click()
    await page.getByLabel('Коментар').fill('Хай скаже лікар')
    await page.getByRole('dialog').getByRole('button', { name: 'Залишити лікарю' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(Object.values(await fates(owner, 'person', id))).toEqual(['NEW'])
    await close()
    const again = await world.open(address, VERIFIER)
    await again.page.getByText('Рішення залишено лікарю').waitFor()
    await again.close()
  })

  test('shows the second of two people that somebody else has decided', async () => {
    const { id } = await add('Дорош', { score: 0.72 })
    const address = `/deaths/persons/${await candidateOf(id)}`
    const [one, other] = [await world.open(address, VERIFIER), await world.open(address, { role: 'NHS ADMIN' })]
    for (const { page } of [one, other]) {
      await page.getByRole('button', { name: 'Це інша людина' }).click()
      await page.getByLabel('Коментар').fill('Тезка з іншого міста')
    }
    const confirm = (page: typeof one.page) =>
      page.getByRole('dialog').getByRole('button', { name: 'Це інша людина' }).click()
    await confirm(one.page)
    await one.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await confirm(other.page)
    await other.page.getByText('вже вирішила інша людина').waitFor()
    await one.close()
    await other.close()
  })

  test('of an employee of another facility is left to that facility, and an unknown record is reported', async () => {
    const { page, close } = await world.open('/deaths?kind=party', VERIFIER)
    await page.getByRole('link', { name: /Коваленко/ }).click()
    await page.getByText('вирішує їхній заклад').waitFor()
    await close()
    const unknown = await world.open(`/deaths/persons/${randomUUID()}`, VERIFIER)
    await unknown.page.getByText('Такого запису немає').waitFor()
    await unknown.close()
  })
})
