/** How many clicks the main tasks take from the overview, for a first-time user; and the way to a record by its id. */
import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownerOf } from '../synchronization/reset.ts'
import { expectSound, NARROW, type OpenPage, screenshot } from './browser.ts'
import { countClicks, typeInto } from './clicks.ts'
import { REFUSED, type SeededParties, type SeededPersons, seedParties, seedPersons } from './people-world.ts'
import { type SeededRuns, seedRuns } from './runs-world.ts'
import { type SeededJobs, type SeededRequests, seedJobs, seedRequests } from './staff-world.ts'
import { startWorld, type World } from './world.ts'

let world: World
let runs: SeededRuns
let persons: SeededPersons
let parties: SeededParties
let requests: SeededRequests
let jobs: SeededJobs
beforeAll(async () => {
  world = await startWorld()
  const { database } = world.api.db
  runs = await seedRuns(database)
  persons = await seedPersons(database, runs.finished)
  parties = await seedParties(database, runs.finished)
  requests = await seedRequests(database)
  jobs = await seedJobs(world.api, 0)
})
afterAll(() => world.close())

const ADMIN = { role: 'NHS ADMIN' } as const
const RECORD = { name: 'Знайти' } as const

async function openOverview(role: string): Promise<OpenPage & { readonly clicks: () => Promise<number> }> {
  const opened = await world.open('/', { role })
  await opened.page.getByRole('heading', { name: 'Обробники' }).waitFor()
  return { ...opened, clicks: await countClicks(opened.page) }
}

const goTo = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click()

async function expectWhy(page: Page): Promise<void> {
  const verdict = page.getByRole('region', { name: 'Не верифіковано: дані потребують змін' })
  await verdict.getByText('Реєстр відповів 0. УНЗР не належить особі з таким іменем і датою народження.').waitFor()
}

describe('from the overview', () => {
  test('why somebody is not verified is found by a number in three clicks', async () => {
    const { page, clicks, close } = await openOverview('NHS VERIFIER')
    await goTo(page, 'Пацієнти')
    await typeInto(page, page.getByLabel('Номер', { exact: true }), REFUSED.taxId)
    await page.getByRole('link', { name: /Косач/ }).click()
    await expectWhy(page)
    expect(await clicks()).toBe(3)
    await close()
  })

  test.each([
    ['tax id', REFUSED.taxId],
    ['name and birth date', `${REFUSED.lastName} Лариса 31.01.1980`],
  ])('why somebody is not verified is found by their %s in one click', async (_, given) => {
    const { page, clicks, close } = await openOverview('NHS VERIFIER')
    const addresses: string[] = []
    page.on('request', (request) => addresses.push(request.url()))
    await typeInto(page, page.getByRole('textbox', RECORD), given)
    await expectWhy(page)
    expect(await clicks()).toBe(1)
    await page.waitForURL(`${world.api.url}/persons/${persons.refused}`)
    expect(decodeURI(addresses.join(' '))).not.toContain(given.split(' ')[0])
    const recorded = await ownerOf(world.api.db).query({
      text: `select operation from zvirka.audit where operation like 'Query.p%' and $1 = any (subject_ids) order by id desc limit 2`,
      values: [persons.refused],
    })
    expect(recorded).toEqual([{ operation: 'Query.person' }, { operation: 'Query.persons' }])
    await close()
  })

  test('why somebody is not verified is found by their id in one click', async () => {
    const { page, clicks, close } = await openOverview('NHS VERIFIER')
    await typeInto(page, page.getByRole('textbox', RECORD), persons.refused)
    await expectWhy(page)
    expect(await clicks()).toBe(1)
    await close()
  })

  test('a run is watched there, opened in one click, and paused in three', async () => {
    const { page, clicks, close } = await openOverview('NHS OPERATOR')
    const isDone = (done: string) => page.getByText(new RegExp(`${done}.\\d{3} з 52.000`)).waitFor()
    await page.getByRole('link', { name: /^36,6.*Відкрити запуск, Паспорти пацієнтів, ДМС/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Запуск: Паспорти пацієнтів, ДМС' }).waitFor()
    await world.api.db.database.query({
      text: 'update zvirka.run_workers set verified = verified + 1000 where run_id = $1',
      values: [runs.running],
    })
    await isDone('20')
    expect(await clicks()).toBe(1)
    await page.getByRole('button', { name: 'Призупинити' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Призупинити' }).click()
    await page.getByRole('button', { name: 'Продовжити' }).waitFor()
    expect(await clicks()).toBe(3)
    const [run] = await world.api.db.database.query<{ state: string }>({
      text: 'select state from zvirka.runs where id = $1',
      values: [runs.running],
    })
    expect(run?.state).toBe('paused')
    await close()
  })

  test('a UNZR is looked up in two clicks', async () => {
    const { page, clicks, close } = await openOverview('NHS VERIFIER')
    await goTo(page, 'Відомості за УНЗР')
    await typeInto(page, page.getByRole('main').getByLabel('УНЗР', { exact: true }), '19900520-12345')
    await page.getByText('Триває запит до реєстру').waitFor()
    expect(await clicks()).toBe(2)
    await close()
  })

  test('who read somebody’s data is one more click from their page, for this person only', async () => {
    const { page, clicks, close } = await openOverview('NHS ADMIN')
    await typeInto(page, page.getByRole('textbox', RECORD), persons.verified)
    await page.getByRole('link', { name: 'Хто переглядав' }).click()
    await page.waitForURL(`${world.api.url}/audit?subject=${persons.verified}`)
    const rows = page.getByRole('main').getByRole('table').getByRole('row')
    await rows.filter({ hasText: 'nhs.admin@zvirka.example' }).first().waitFor()
    expect(await clicks()).toBe(2)
    const [, ...records] = await rows.allInnerTexts()
    expect(records.filter((text) => !text.includes(persons.verified.slice(0, 8)))).toEqual([])
    await close()
  })

  test('who read somebody’s data is found in the audit by their id in two clicks', async () => {
    const { page, clicks, close } = await openOverview('NHS AUDITOR')
    await goTo(page, 'Аудит')
    await typeInto(page, page.getByLabel('Ідентифікатор предмета'), persons.refused)
    await page.getByText('nhs.verifier@zvirka.example').first().waitFor()
    expect(await clicks()).toBe(2)
    await close()
  })
})

test.each([
  ['is', 'NHS ADMIN', 1],
  ['is not', 'NHS VERIFIER', 0],
])('the link to who read somebody’s data %s offered to %s', async (_, role, count) => {
  const { page, close } = await world.open(`/persons/${persons.refused}`, { role })
  await expectWhy(page)
  expect(await page.getByRole('link', { name: 'Хто переглядав' }).count()).toBe(count)
  await close()
})

describe('a record', () => {
  const job = async () => {
    const [row] = await world.api.db.database.query<{ id: string }>({
      text: 'select id from pgboss.job where singleton_key = $1',
      values: [jobs.failed],
    })
    return row?.id ?? ''
  }
  const unzrInfo = async () => {
    const [row] = await world.api.db.database.query<{ id: string }>({
      text: `insert into mimir.unzr_info (unzr, job_status, inserted_by, updated_by) values ('19800229-00017', 'pending', $1, $1) returning id`,
      values: [randomUUID()],
    })
    return row?.id ?? ''
  }

  test('of any kind is opened by its id from any page', async () => {
    const opened = await world.open('/settings', ADMIN)
    const { page } = opened
    const kinds = [
      ['/persons', persons.verified, /^Українка/],
      ['/parties', parties.doctor, /^Лікаренко/],
      ['/runs', runs.finished, /^Запуск:/],
      ['/unzr', await unzrInfo(), /^УНЗР/],
      ['/employee-requests', requests.fresh, /^Коваленко/],
      ['/jobs', await job(), /^Завдання:/],
    ] as const
    for (const [path, id, heading] of kinds) {
      await typeInto(page, page.getByRole('textbox', RECORD), ` ${id.toUpperCase()} `)
      await page.waitForURL(`${world.api.url}${path}/${id}`)
      // It takes the focus, which would interrupt typing that starts at once.
      await page.locator('h1:focus', { hasText: heading }).waitFor()
      expect(await page.getByRole('textbox', RECORD).inputValue()).toBe('')
    }
    expect(opened.problems).toEqual([])
    await opened.close()
  })

  test('that does not exist, or that the role may not see, is reported; an invalid id is not sent', async () => {
    const opened = await world.open('/', { role: 'NHS OPERATOR' })
    const { page } = opened
    const field = page.getByRole('textbox', RECORD)
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData()}`))
    await typeInto(page, field, REFUSED.taxId)
    await page.getByText('Ваша роль відкриває записи лише за ідентифікатором.').waitFor()
    await expectSound(opened)
    await screenshot(page, 'no id')
    await field.fill(persons.refused)
    await page.getByRole('button', { name: 'Шукати', exact: true }).click()
    await page.getByText('Нічого не знайдено, або ваша роль цього не бачить.').waitFor()
    expect(page.url()).toBe(`${world.api.url}/`)
    expect(sent.filter((text) => text.includes(REFUSED.taxId))).toEqual([])
    expect(sent.filter((text) => text.includes('WhatIs'))).toHaveLength(1)
    await opened.close()
  })

  test('is searched for with Ctrl+K, in any keyboard layout and on a phone, but not inside a dialog', async () => {
    const opened = await world.open(`/runs/${runs.finished}`, { ...ADMIN, ...NARROW, language: 'en', theme: 'dark' })
    const { page } = opened
    const field = page.getByRole('textbox', { name: 'Find' })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Control+KeyK')
    expect(await page.evaluate('document.activeElement.closest("[role=alertdialog]") !== null')).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    expect(await field.isVisible()).toBe(false)
    await page.keyboard.press('Control+KeyK')
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
    await expectSound(opened, 'en')
    await screenshot(page, 'open a record, narrow')
    await page.keyboard.type(parties.doctor)
    await page.keyboard.press('Enter')
    await page.waitForURL(`${world.api.url}/parties/${parties.doctor}`)
    await opened.close()
  })

  test('cannot be searched for by a role that sees none', async () => {
    const { page, close } = await world.open('/', { role: 'PLATFORM' })
    await page.getByRole('heading', { name: 'Для вашої ролі тут немає сторінок' }).waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
    await close()
  })
})
