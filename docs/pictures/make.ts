/**
 * Makes the picture of the README from a real run: `node docs/pictures/make.ts` starts the program in a copy of this clone, with an empty
 * database of its own, waits until the demo's people are checked, asks for the status beside it, and draws what both printed. Only
 * the copy's folder, this machine's name and the secrets that it printed are written in another way.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { drawTerminals } from './terminal.ts'

const clone = fileURLToPath(new URL('../..', import.meta.url))
const picture = fileURLToPath(new URL('start.svg', import.meta.url))
/** What the program is, with the sources of its page: that is built in the copy, as it is for who starts it for the first time. */
const COPIED = ['src', 'demo', 'simulator', 'migrations', 'web', 'tsconfig.json', 'package.json', 'package-lock.json']
const built = join(clone, 'web', 'dist')
// Tokens of roles, and the password of the demo's people: good for nothing any more, but a reader could not know.
const SECRET = /^( {2}[A-Z_ ]{16,} {2}(?=[\w-]{40})|demo people sign in with the password {2})(\S{6})\S+/gm

const copy = await mkdtemp(join(tmpdir(), 'zvirka-picture-'))
try {
  for (const name of COPIED) {
    await cp(join(clone, name), join(copy, name), { recursive: true, filter: (path) => path !== built })
  }
  await symlink(join(clone, 'node_modules'), join(copy, 'node_modules'))
  await writeFile(picture, await draw())
} finally {
  const ofRoot = await readlink(join(copy, '.zvirka', 'root')).catch(() => undefined)
  if (ofRoot !== undefined) await rm(ofRoot, { recursive: true, force: true })
  await rm(copy, { recursive: true, force: true })
}

async function draw(): Promise<string> {
  const started = run('start')
  try {
    await started.says(/ explain person .*\n/)
    const status = run('status')
    await once(status.child, 'close')
    return drawTerminals([
      { title: 'npm start', lines: ['$ npm start', ...linesOf(started.said())] },
      { title: 'another terminal', lines: ['$ npx zvirka status', ...linesOf(status.said())] },
    ])
  } finally {
    started.child.kill('SIGINT')
    if (started.child.exitCode === null) await once(started.child, 'close')
  }
}

interface Running {
  readonly child: ChildProcess
  said(): string
  /** Waits until it has said something like this; fails if it ends before. */
  says(what: RegExp): Promise<void>
}

function run(command: string): Running {
  const { PATH = '', HOME = '', XDG_RUNTIME_DIR = '' } = process.env
  const child = spawn(process.execPath, [join(copy, 'src/main.ts'), command], {
    env: { PATH, HOME, ...(XDG_RUNTIME_DIR === '' ? {} : { XDG_RUNTIME_DIR }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  // A terminal shows both as they come.
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
      child.emit('said')
    })
  }
  const said = () => text
  return {
    child,
    said,
    async says(what) {
      const ended = once(child, 'close')
      while (!what.test(said())) {
        const next = await Promise.race([once(child, 'said'), ended.then(() => 'ended' as const)])
        if (next === 'ended') throw new Error(`zvirka ${command} ended before it was done:\n${said()}`)
      }
    },
  }
}

function linesOf(text: string): string[] {
  const width = Math.max(hostname().length, 4)
  return stripVTControlCharacters(text)
    .replace(/embedded, in \S+/, 'embedded, in .zvirka/postgresql')
    .replaceAll(SECRET, '$1$2…')
    .replaceAll(hostname().padEnd(width), 'host'.padEnd(width))
    .trimEnd()
    .split('\n')
}
