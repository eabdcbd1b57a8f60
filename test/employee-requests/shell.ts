/** One shell for a document whose commands build on each other: variables and functions of a block are there for those that follow. */
import { spawn } from 'node:child_process'

/** What a block printed, and how its last command ended. */
export interface Said {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** A shell under way. */
export interface Shell {
  /** Runs a block; blocks run one after the other. */
  run(block: string): Promise<Said>
  close(): Promise<void>
}

// Nothing prints it: it is a separator among the control characters.
const MARK = '\u001e'

/** Starts a shell in a folder, with no more of an environment than this. */
export function openShell(directory: string, environment: Readonly<Record<string, string>>): Shell {
  const child = spawn('sh', [], { cwd: directory, env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  let wake = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  void closed.then(() => wake())
  return {
    async run(block) {
      said.out = ''
      said.err = ''
      child.stdin.write(`${block}\nprintf '${MARK}%s${MARK}' "$?"\n`)
      for (;;) {
        const [mark, code] = new RegExp(`${MARK}(\\d+)${MARK}`).exec(said.out) ?? []
        if (mark !== undefined) return { ...said, out: said.out.slice(0, said.out.indexOf(mark)), code: Number(code) }
        if (child.exitCode !== null) throw new Error(`the shell ended: ${said.err}`)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    async close() {
      child.stdin.end()
      await closed
    },
  }
}
