import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { zvirka } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Line, party, stored } from './parties.ts'

let db: TestDatabase
let folder: string
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  folder = await mkdtemp(join(tmpdir(), 'zvirka-import-test-'))
})
afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, ...lines: Line[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'))
  return path
}

describe('zvirka import parties', () => {
  test('imports parties, reports bad lines without their content, and explain finds them', async () => {
    const one = party()
    const rival = party({ tax_id: one['tax_id'], last_name: 'Таємниченко' })
    const path = await file('parties.ndjson', one, rival, party({ phones: 5 }))
    const rejects = join(folder, 'rejects.ndjson')
    const environment = { DATABASE_URL: db.url }
    const { out, err, code } = await zvirka(['import', 'parties', path, '--rejects', rejects], environment)
    expect(code).toBe(0)
    expect(out).toMatch(/^1 parties in .*: 1 new, 0 changed, 0 unchanged, 2 bad\ndocuments: 1 NATIONAL_ID\n$/)
    expect(err).toContain('line 2: another party has this tax_id with this birth_date\n')
    expect(err).toContain('line 3: phones must be a list\n')
    expect(out + err).not.toContain('Таємниченко')
    const rejected = (await readFile(rejects, 'utf8')).trimEnd().split('\n')
    expect(rejected.map((line) => (JSON.parse(line) as Line)['original'])).toContain(JSON.stringify(rival))
    expect(await stored(db.database, one.id)).toBeDefined()

    const again = await zvirka(['import', 'parties', await file('again.ndjson', { ...one, phones: [] })], environment)
    expect(again.out).toContain('0 changed, 1 only unchecked fields changed, 0 unchanged')
    const explained = await zvirka(['explain', 'party', one.id], environment)
    expect(explained).toMatchObject({ code: 0, err: '' })
    expect(explained.out).toContain(`party ${one.id}: VERIFICATION_NEEDED`)
    const none = await zvirka(['explain', 'party', rival.id], environment)
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining(`there is no party ${rival.id}`) })
  })

  test('describes the file format of parties', async () => {
    const { out } = await zvirka(['import', 'parties', '--help'])
    for (const words of [
      '"employees"',
      'zvirka import parties data/parties.ndjson',
      'employees that a record does not name',
    ])
      expect(out).toContain(words)
    const { err, code } = await zvirka(['import', 'parties'])
    expect({ err, code }).toEqual({ err: expect.stringContaining('hint: zvirka import parties --help'), code: 2 })
  })
})
