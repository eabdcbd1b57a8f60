/** Peak resident memory of `zvirka sync` as a separate process (Linux). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const LOOK_MILLISECONDS = 200

/** The results of one run of the command. */
export interface SyncProcess {
  readonly peakMegabytes: number
  readonly rate: number
}

/** The environment of a command with this database and registry, without a rate limit. */
export function environmentOf(databaseUrl: string, registryUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TREMBITA_URLS: registryUrl,
    TREMBITA_SEVDEIR_INSTANCE: 'SEVDEIR-TEST',
    TREMBITA_SEVDEIR_USERID: 'zvirka-bench',
    TREMBITA_MVS_CLIENT_MEMBER_CODE: '42032422',
    TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: 'zvirka_bench',
    TREMBITA_MVS_RATE_LIMIT: 'off',
  }
}

/** Runs `zvirka sync dms-passport person` over all due persons. */
export async function measureSync(databaseUrl: string, registryUrl: string): Promise<SyncProcess> {
  const child = spawn(process.execPath, [MAIN, 'sync', 'dms-passport', 'person', '--json', '--quiet'], {
    env: environmentOf(databaseUrl, registryUrl),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString()
  })
  let peak = 0
  const timer = setInterval(() => {
    peakOf(child.pid ?? 0).then(
      (now) => {
        peak = Math.max(peak, now)
      },
      () => undefined,
    )
  }, LOOK_MILLISECONDS)
  const [code] = await once(child, 'exit')
  clearInterval(timer)
  if (code !== 0) throw new Error(`zvirka sync ended with ${code}`)
  const summary: { claimed: number; seconds: number } = JSON.parse(output)
  return { peakMegabytes: peak, rate: summary.claimed / summary.seconds }
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
}
