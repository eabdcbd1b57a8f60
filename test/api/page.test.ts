/** The query page in a real browser, under its own content security policy; absent where it is not enabled. */
import { hash } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { sharedChromium } from '../support/chromium.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi({ isOpen: true })
  token = await api.token()
})
afterAll(() => api.close())

const html = { headers: { accept: 'text/html' } }

describe('the query page', () => {
  test('loads nothing external: its policy allows only its own style and script', async () => {
    const response = await fetch(`${api.url}/graphql`, html)
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy') ?? ''
    for (const tag of ['style', 'script']) {
      const [, inside = ''] = new RegExp(`<${tag}>(.*)</${tag}>`, 's').exec(text) ?? []
      expect(policy).toContain(`${tag}-src 'sha256-${hash('sha256', inside, 'base64')}'`)
    }
    expect(policy).toContain("default-src 'none'")
    expect(text).not.toMatch(/https?:|<link|src=|@import/)
  })

  test('is not served by default', async () => {
    const closed = await startTestApi()
    const response = await fetch(`${closed.url}/graphql`, html)
    expect([response.status, response.headers.get('content-type')]).toEqual([405, 'application/json; charset=utf-8'])
    await closed.close()
  })
})

describe('in a browser', () => {
  let context: BrowserContext
  let page: Page
  const troubles: string[] = []
  beforeAll(async () => {
    context = await (await sharedChromium()).newContext()
    page = await context.newPage()
    page.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())))
    page.on('pageerror', (error) => void troubles.push(error.message))
    await page.goto(`${api.url}/graphql`)
    await page.getByLabel('Token').fill(token)
  })
  afterAll(() => context.close())

  const ask = async (query: string, variables = '') => {
    await page.getByLabel('Query').fill(query)
    await page.getByLabel('Variables').fill(variables)
    await page.getByRole('button', { name: 'Send' }).click()
  }
  const shows = (text: string) => page.locator('pre', { hasText: text }).waitFor()

  test('sends a query and shows the answer, or the error', async () => {
    await ask('query ($first: Int) { persons(first: $first) { totalCount } }', '{ "first": 1 }')
    await shows('"totalCount": 0')
    await ask('{ nothing }')
    await shows('Cannot query field')
    await ask('{ viewer { email } }', '{')
    await shows('SyntaxError')
  })

  test('shows the schema’s documentation', async () => {
    await page.getByRole('button', { name: 'What there is' }).click()
    await shows('syncUnzrInfoRegister(input: SyncUnzrInfoRegisterInput!): SyncUnzrInfoRegisterPayload')
  })

  test('follows a run', async () => {
    const [run] = await api.db.database.query<{ id: string }>({
      text: `insert into zvirka.runs (process, state, cause, started_by, due_before, ended_at)
             values ('dms_passport/person', 'finished', 'schedule', gen_random_uuid(), now(), now()) returning id`,
    })
    const id = Buffer.from(`VerificationRun:${run?.id}`).toString('base64')
    await ask(`subscription { verificationRunProgress(id: "${id}") { state } }`)
    await shows('FINISHED')
  })

  test('violates no policy, and is accessible', async () => {
    expect(troubles.filter((text) => !/401|400/.test(text))).toEqual([])
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
