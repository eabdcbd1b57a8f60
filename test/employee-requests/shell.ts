/** One shell for a document whose commands build on each other: variables and functions stay for later blocks. */
import { spawn } from 'node:child_process'

/** The output of a block, and the exit status of its last command. */
export interface Said {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** A running shell. */
export interface Shell {
  /** Runs a block; blocks run one after another. */
  run(block: string): Promise<Said>
  close(): Promise<void>
}

// Nothing prints it: it is a separator among the control characters.
const MARK = '\u001e'

/** Starts a shell in a folder, with only this environment. */
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
