// Rules: spec 7.1.7
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bareEnvironment } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { until } from '../support/until.ts'
import { person, stored } from './persons.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

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

interface Given {
  readonly input?: string
  readonly node?: readonly string[]
  readonly url?: string
}

function start(typed: readonly string[], { node = [], url = db.url }: Given = {}) {
  return spawn(process.execPath, [...node, main, 'import', 'persons', ...typed], {
    env: bareEnvironment({ DATABASE_URL: url, NO_COLOR: '1' }),
  })
}

async function run(typed: readonly string[], given: Given = {}) {
  const child = start(typed, given)
  child.stdin.end(given.input)
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { output, errors, code }
}

/** The paths of a process's open files, removed ones included. */
async function openFiles(pid = 0): Promise<string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`)
  return Promise.all(numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => '')))
}

async function file(name: string, ...lines: unknown[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return path
}

const SECRET = 'Таємниченко'

describe('zvirka import persons', () => {
  test('imports good lines, reports bad ones without their content, and exits with 0', async () => {
    const one = person()
    const path = await file('a.ndjson', one, `{"last_name": "${SECRET}`, person({ last_name: SECRET, unzr: 5 }))
    const rejects = join(folder, 'rejects.ndjson')
    const { output, errors, code } = await run([path, '--rejects', rejects])
    expect(code).toBe(0)
    expect(output).toMatch(/^1 persons in .*: 1 new, 0 changed, 0 unchanged, 2 bad\ndocuments: 1 NATIONAL_ID\n$/)
    expect(errors).toContain('line 2: the line is not JSON\n')
    expect(errors).toContain('line 3: unzr must be a string\n')
    expect(output + errors).not.toContain(SECRET)
    expect(await stored(db.database, one.id)).toBeDefined()

    const rejected = (await readFile(rejects, 'utf8')).trimEnd().split('\n')
    expect(rejected.map((line) => JSON.parse(line))).toEqual([
      {
        line: 2,
        reason: 'the line is not JSON',
        problems: [{ code: 'not_json' }],
        original: `{"last_name": "${SECRET}`,
      },
      {
        line: 3,
        reason: 'unzr must be a string',
        problems: [{ code: 'wrong_type', field: 'unzr', expected: 'a string' }],
        original: expect.stringContaining(SECRET),
      },
    ])
    // It holds personal data.
    expect((await stat(rejects)).mode & 0o777).toBe(0o600)
  })

  test('reads standard input, detects the format by its first byte, and prints one JSON object on request', async () => {
    const one = person()
    const json = await run(['-', '--json'], { input: `\ufeff\n${JSON.stringify(one)}` })
    expect(json.code).toBe(0)
    expect(JSON.parse(json.output)).toMatchObject({
      state: 'finished',
      new: 1,
      changed: 0,
      unchanged: 0,
      superseded: 0,
      bad: 0,
      documents: { NATIONAL_ID: 1 },
      passed_over: [],
    })
    const csv = await run(['-', '--quiet'], { input: `id,last_name,first_name,birth_date\n${one.id},А,Б,2000-01-01\n` })
    expect(csv).toEqual({ output: '', errors: '', code: 0 })
    expect((await stored(db.database, one.id))?.person['last_name']).toBe('А')
  })

  test('reports the first bad lines and counts the others', async () => {
    const path = await file('bad.ndjson', ...Array.from({ length: 30 }, () => 'x'), person())
    const { errors, code } = await run([path, '--quiet'])
    expect(code).toBe(0)
    expect(errors.match(/^line /gm)).toHaveLength(20)
    expect(errors).toContain('… and 10 more bad lines\nhint: --rejects FILE saves the bad lines\n')
  })

  test.each([
    ['nothing could be taken', async () => [await file('none.ndjson', 'x')], 'line 1: the line is not JSON'],
    ['there is no such file', async () => [join(folder, 'nowhere')], 'no such file or folder'],
    ['it is a folder', async () => [folder], 'it is a folder, not a file'],
    [
      'the header is wrong',
      async () => [await file('b.csv', 'a,b', '1,2')],
      'has no column id, last_name, first_name, birth_date\n',
    ],
    [
      'rejects cannot be written',
      async () => [await file('c.ndjson', person()), '--rejects', join(folder, 'no', 'r')],
      'no such file or folder',
    ],
  ])('exits with 1 if %s', async (_, typed, words) => {
    const { errors, code } = await run(await typed())
    expect(errors).toContain(words)
    expect(code).toBe(1)
  })

  test('refuses a whole file in another encoding or with another separator, and says what to do', async () => {
    const header = 'id,last_name,first_name,birth_date'
    const utf16 = join(folder, 'utf16.csv')
    await writeFile(utf16, `\ufeff${header}\n`, 'utf16le')
    expect(await run([utf16])).toEqual({
      output: '',
      errors:
        'zvirka: the file is in UTF-16, not in UTF-8\nhint: iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8, and import that\n',
      code: 1,
    })
    const { errors, code } = await run([await file('semicolons.csv', header.replaceAll(',', ';'))])
    expect(errors).toContain('zvirka: the columns are separated by semicolons, not by commas\nhint: python3 -c ')
    expect(code).toBe(1)
  })

  test('exits with 2 without a file', async () => {
    const { errors, code } = await run([])
    expect(code).toBe(2)
    expect(errors).toContain('hint: zvirka import persons --help')
  })

  test.runIf(process.platform === 'linux')(
    'exits with 130 after Ctrl-C while it waits for standard input',
    async () => {
      const child = start(['-'])
      const exited = once(child, 'exit')
      child.stdin.write(`${JSON.stringify(person())}\n`)
      await until('the temporary file', async () =>
        (await openFiles(child.pid)).some((path) => path.includes('zvirka-import-')),
      )
      child.kill('SIGINT')
      expect(await exited).toEqual([130, null])
    },
  )
})

test('memory does not grow with the file', async () => {
  const path = join(folder, 'large.ndjson')
  const count = effort(100_000, 400_000)
  const distinct = effort(10_000, 100_000)
  function* lines() {
    for (let n = 0; n < count; n += 1) {
      const id = `00000000-0000-4000-8000-${String(n % distinct).padStart(12, '0')}`
      yield `${JSON.stringify({ id, last_name: `Довге Прізвище ${'я'.repeat(200)}`, first_name: 'Ім’я', birth_date: '1980-01-01' })}\n`
    }
  }
  await pipeline(lines(), createWriteStream(path))
  const tellMemory = `data:text/javascript,process.on('exit',()=>console.error('maxRSS '+process.resourceUsage().maxRSS))`
  const { output, errors, code } = await run([path, '--json'], {
    node: ['--max-old-space-size=64', '--import', tellMemory],
  })
  expect(code).toBe(0)
  expect(JSON.parse(output)).toMatchObject({ new: distinct, superseded: count - distinct, bad: 0 })
  // Even the smaller file's records would not fit into the heap.
  expect(Number(/maxRSS (\d+)/.exec(errors)?.[1])).toBeLessThan(300 * 1024)
})
