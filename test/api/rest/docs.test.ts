import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDocument } from '../../docs/markdown.ts'
import { cheapHash } from '../../support/passwords.ts'
import { shellPath } from '../../support/shell-path.ts'
import { startTestApi, type TestApi } from '../api.ts'
import { makeDecisionWorld } from './decision-world.ts'
import { makeRequestWorld } from './request-world.ts'
import { makeWorld } from './world.ts'

const run = promisify(execFile)

/** Each command of docs/api.md that is followed by its answer. */
const EXAMPLES = [...readDocument('docs/api.md').text.matchAll(/^```sh\n(.*?)^```\n+```json\n(.*?)^```/gms)].map(
  ([, command = '', answer = '']) => ({ command, answer }),
)
const COMMANDS = [...readDocument('docs/api.md').text.matchAll(/^```sh\n/gm)]

// The user who signs in in the document.
const EMAIL = 'olena@example.org'
const PASSWORD = 'Правильний пароль 1'
const CLIENT = '5f0c9a56-5f6c-4a53-8a52-7f1b0c2d3e4f'

let api: TestApi
let environment: Record<string, string>
beforeAll(async () => {
  api = await startTestApi({ checksAnswers: true })
  await makeWorld(api.db.open({ role: 'zvirka_owner', max: 2 }))
  await makeDecisionWorld(api.db.database)
  await makeRequestWorld(api.db.database)
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({
    text: `insert into mithril.clients (id, name, client_type_id) select $1, 'NHS', id from mithril.client_types where name = 'NHS'`,
    values: [CLIENT],
  })
  const { id } = await api.user({ email: EMAIL, role: 'NHS ADMIN', client: { id: CLIENT, type: 'NHS' } })
  const password = cheapHash(PASSWORD)
  await owner.query({ text: 'update mithril.users set password_hash = $2 where id = $1', values: [id, password] })
  environment = {
    API: api.url,
    NHS_TOKEN: await api.token({ role: 'NHS ADMIN' }),
    PLATFORM_TOKEN: await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') }),
  }
})
afterAll(() => api.close())

describe('docs/api.md', () => {
  test('shows each command with its actual answer', () => {
    expect(EXAMPLES.length).toBeGreaterThan(8)
    expect(EXAMPLES.length).toBe(COMMANDS.length)
  })

  test.each(EXAMPLES)('is right that %o', async ({ command, answer }) => {
    const { stdout } = await run('sh', ['-c', command], { env: { ...process.env, ...environment, PATH: shellPath() } })
    expect(JSON.parse(stdout)).toMatchObject(partly(JSON.parse(answer)))
  })
})

// A list in the answer may be longer than the one shown, if one entry is shown out of many.
function partly(shown: { data?: { updateGlobalParameters?: { globalParameters: object[] } } }): object {
  const parameters = shown.data?.updateGlobalParameters?.globalParameters
  if (parameters === undefined) return shown
  return { data: { updateGlobalParameters: { globalParameters: expect.arrayContaining(parameters) } } }
}
