import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'

const bin = fileURLToPath(new URL('../../bin/zvirka.js', import.meta.url))
const parent = pathToFileURL(fileURLToPath(new URL('../../src/cli/parent.ts', import.meta.url))).href
const PLATFORM_NODE = `node-${process.platform}-${process.arch}`

/** Stands in for main.ts: prints which Node runs it and what it receives. */
const main = `
import { endWithParent } from '${parent}'
endWithParent()
const [what] = process.argv.slice(2)
if (what === 'fail') process.exit(3)
if (what === 'die') process.kill(process.pid, 'SIGKILL')
if (what === 'read') for await (const chunk of process.stdin) process.stdout.write('read ' + chunk)
if (what === 'wait') {
  setInterval(() => undefined, 1000)
  process.on('SIGTERM', () => {
    console.log('asked to stop')
    process.exit(7)
  })
}
console.log(JSON.stringify({ pid: process.pid, arguments: process.argv.slice(2) }))
`

let folder: string

/** A clone whose bin/zvirka.js considers the current Node too old. */
async function makeClone(name: string): Promise<string> {
  const directory = join(folder, name)
  for (const below of ['bin', 'src']) await mkdir(join(directory, below), { recursive: true })
  const text = await readFile(bin, 'utf8')
  expect(text).toContain('const NEEDED = 24')
  await writeFile(join(directory, 'bin', 'zvirka.js'), text.replace('const NEEDED = 24', 'const NEEDED = 999'))
  await writeFile(join(directory, 'src', 'main.ts'), main)
  await writeFile(join(directory, 'package.json'), '{"type":"module"}')
  return directory
}

async function addNode(modules: string): Promise<void> {
  const node = join(modules, PLATFORM_NODE, 'bin', 'node')
  await mkdir(dirname(node), { recursive: true })
  await symlink(process.execPath, node)
}

let clone: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-bin-'))
  clone = await makeClone('a clone')
  await addNode(join(clone, 'node_modules'))
})

afterAll(() => rm(folder, { recursive: true }))

async function readLines(input: Readable): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input })) lines.push(line)
  return lines
}

function start(directory: string, ...typed: string[]): ChildProcess & { lines: Promise<string[]> } {
  const child = spawn(process.execPath, [join(directory, 'bin', 'zvirka.js'), ...typed], { stdio: 'pipe' })
  return Object.assign(child, { lines: readLines(child.stdout) })
}

/** Starts it with `wait`, and resolves once the program runs. */
async function startWaiting(): Promise<{ child: ChildProcess; program: number; lines: string[] }> {
  const child = spawn(process.execPath, [join(clone, 'bin', 'zvirka.js'), 'wait'], { stdio: 'pipe' })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  await until('the first line', async () => lines.length > 0)
  const { pid } = JSON.parse(lines[0] ?? '') as { pid: number }
  return { child, program: pid, lines }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('bin/zvirka.js on a Node that is too old', () => {
  test('runs the program on the Node from npm, with the same arguments', async () => {
    const child = start(clone, 'sync', 'with a space')
    const [line] = await child.lines
    const { pid, arguments: typed } = JSON.parse(line ?? '') as { pid: number; arguments: string[] }
    expect(typed).toEqual(['sync', 'with a space'])
    expect(pid).not.toBe(child.pid)
  })

  test('passes standard input on', async () => {
    const child = start(clone, 'read')
    child.stdin?.end('a line')
    expect((await child.lines)[0]).toContain('read a line')
  })

  test('exits with the program’s exit code', async () => {
    const [code] = await once(start(clone, 'fail'), 'exit')
    expect(code).toBe(3)
  })

  test('dies of the signal that the program died of', async () => {
    const [code, signal] = await once(start(clone, 'die'), 'exit')
    expect([code, signal]).toEqual([null, 'SIGKILL'])
  })

  test('passes SIGTERM on, and waits for the program to exit', async () => {
    const { child, lines } = await startWaiting()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(7)
    expect(lines.at(-1)).toBe('asked to stop')
  })

  test('killed with SIGKILL, it takes the program with it, which can still shut down', async () => {
    const { child, program, lines } = await startWaiting()
    child.kill('SIGKILL')
    await until('the end of the program', async () => !isRunning(program))
    expect(lines.at(-1)).toBe('asked to stop')
  })

  test('says what to do if npm installed no Node', async () => {
    const child = start(await makeClone('without'))
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
    expect(said).toContain(`npm brought none for ${process.platform}-${process.arch}`)
    expect(said).toContain('hint: install Node.js 999')
  })
})
