/**
 * How long `zvirka simulator` takes to start on a data set as large as the Ministry's open one, and its memory afterwards. `node
 * bench/simulator-start.ts [records]`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

/** The results of one start. */
export interface StartFigures {
  readonly seconds: number
  /** Resident memory when ready; undefined without /proc. */
  readonly megabytes: number | undefined
}

/** Starts the simulator in a separate process with generated records in the Ministry's format. */
export async function measureSimulatorStart(records = 500_000): Promise<StartFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'zvirka-bench-'))
  try {
    await pipeline(dataSet(records), createWriteStream(join(folder, 'stolen_passports.json')))
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const begin = performance.now()
    const child = spawn(process.execPath, [main, 'simulator', '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (said.includes('simulator ready')) break
    }
    const seconds = (performance.now() - begin) / 1000
    const megabytes = memoryOf(child.pid)
    child.kill('SIGTERM')
    await once(child, 'exit')
    return { seconds, megabytes }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const serials = 'АВЕІКМНОРСТ'

/** The text of a data set: one JSON array, one entry per line. */
export function* dataSet(records: number): Generator<string> {
  for (let index = 0; index < records; index += 1) {
    const series = `${serials[Math.floor(index / 100_000) % serials.length]}${serials[index % serials.length]}`
    const entry = {
      ID: String(10_000_000 + index),
      OVD: 'ГОЛОВНЕ УПРАВЛІННЯ НАЦІОНАЛЬНОЇ ПОЛІЦІЇ В КИЇВСЬКІЙ ОБЛАСТІ',
      D_TYPE: 'ПАСПОРТ ГРОМАДЯНИНА УКРАЇНИ',
      D_SERIES: series,
      D_NUMBER: String(index % 1_000_000).padStart(6, '0'),
      D_STATUS: 'ВИКРАДЕНО',
      THEFT_DATA: '2019-04-01T00:00:00',
      INSERT_DATE: '2019-04-02T10:11:12',
    }
    yield `${index === 0 ? '[' : ','}\n${JSON.stringify(entry)}`
  }
  yield '\n]\n'
}

function memoryOf(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const [records = 500_000] = process.argv.slice(2).map(Number)
  const { seconds, megabytes } = await measureSimulatorStart(records)
  console.log(`${records} records: ready after ${seconds.toFixed(2)} s, ${megabytes?.toFixed(0) ?? '?'} MB`)
}
