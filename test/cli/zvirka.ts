import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** How a command ended, and its output. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The environment of a command in a test: ours without any configuration, with a shared compile cache (`global-setup.ts`). */
export function bareEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|TMPDIR|XDG_RUNTIME_DIR|LANG|LC_.*|NODE_COMPILE_CACHE)$/.test(name),
  )
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...more }
}

/** Runs a command as its own process, with `input` on its standard input; `during` may send it signals. */
export async function zvirka(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  during?: (child: ReturnType<typeof spawn>) => void,
  input = '',
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: bareEnvironment(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A command that ends without reading its input is not a failure of the test.
  child.stdin.on('error', () => undefined).end(input)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  during?.(child)
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { code, ...said }
}
