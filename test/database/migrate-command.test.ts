import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bareEnvironment } from '../cli/zvirka.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Ending {
  readonly code: number
  readonly output: string
  readonly errors: string
}

function zvirkaMigrate(url: string): Promise<Ending> {
  return new Promise((resolve) => {
    const env = bareEnvironment({ DATABASE_URL: url })
    execFile(process.execPath, [main, 'migrate'], { env }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors })
    })
  })
}

let db: TestDatabase

beforeAll(async () => {
  db = await createEmptyDatabase()
})

afterAll(() => db.drop())

describe('zvirka migrate', () => {
  test('updates the database of DATABASE_URL, prints what it applied, and then finds nothing to do', async () => {
    const first = await zvirkaMigrate(db.url)
    expect(first).toMatchObject({ code: 0, errors: '' })
    expect(first.output).toMatch(/^applied 0001_.*\.sql\n(applied \d{4}_.*\.sql\n)*the database is up to date\n$/)
    expect(await zvirkaMigrate(db.url)).toEqual({ code: 0, output: 'the database is up to date already\n', errors: '' })
  })

  test('exits with 1 and the reason if the database is unreachable', async () => {
    const { code, output, errors } = await zvirkaMigrate('postgres://user:secret@127.0.0.1:1/db')
    expect([code, output]).toEqual([1, ''])
    expect(errors).toContain('cannot connect to the database at 127.0.0.1:1/db')
    expect(errors).not.toContain('secret')
  })
})
