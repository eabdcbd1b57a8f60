/** Commands as real processes that a test starts, watches, signals and kills. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { bareEnvironment, type Ended } from '../cli/zvirka.ts'
import { until } from '../support/until.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A running command. */
export interface Command {
  readonly pid: number
  /** Its output so far. */
  readonly said: { readonly out: string; readonly err: string }
  /** How it ended. */
  readonly ended: Promise<Ended>
  /** Whether it has ended. */
  readonly isOver: boolean
  signal(name: NodeJS.Signals): void
  /** SIGKILL, then waits for its end. */
  kill(): Promise<void>
  /** Waits for a match in standard output or error, and returns it. */
  untilSays(words: RegExp, seconds?: number): Promise<RegExpExecArray>
}

/** Starts commands, and kills those that are left. */
export interface Launcher {
  launch(args: readonly string[], environment: Readonly<Record<string, string>>): Command
  killAll(): Promise<void>
}

/** A launcher for one test or file; `program` is the main file of another clone. */
export function createLauncher(program: string = main): Launcher {
  const underWay = new Set<ChildProcess>()
  return {
    launch: (args, environment) => start(program, args, environment, underWay),
    async killAll() {
      const gone = [...underWay].map((child) => new Promise((resolve) => child.once('close', resolve)))
      for (const child of underWay) child.kill('SIGKILL')
      await Promise.all(gone)
    },
  }
}

function start(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  underWay: Set<ChildProcess>,
): Command {
  const child = spawn(process.execPath, [program, ...args], {
    env: bareEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  underWay.add(child)
  const said = { out: '', err: '' }
  let isOver = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      underWay.delete(child)
      isOver = true
      resolve({ code, ...said })
    })
  })
  const untilSays = (words: RegExp, seconds?: number) => {
    const look = async () => {
      const match = words.exec(said.out) ?? words.exec(said.err)
      if (match === null && isOver) throw new Error('it ended')
      return match ?? undefined
    }
    return until(`${words}`, look, seconds).catch((error: unknown) => {
      throw new Error(`${args.join(' ')} did not say ${words}, but ${said.out}${said.err}`, { cause: error })
    })
  }
  return {
    pid: child.pid ?? 0,
    said,
    ended,
    get isOver() {
      return isOver
    },
    signal: (name) => child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    untilSays,
  }
}
