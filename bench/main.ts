/**
 * `npm run bench`: what the engine costs, as ratios against yardsticks of the same run on the same machine, medians of 5.
 * `npm run bench -- quick` takes fewer people and one round, to see that it works; `npm run bench -- engine claims` these
 * parts alone, of engine, slow, layouts, claims, memory, processes, workers, import, trembita, scoring, simulator.
 */
import { cpus } from 'node:os'
import { measureClaims } from './claims.ts'
import { measureClient, openBenchRegistries } from './client.ts'
import { type BenchServer, startBenchServer, withPeople } from './database.ts'
import { answerAtOnce, measureEngine, type Pace } from './engine.ts'
import { measureImport } from './import.ts'
import { measureLayouts } from './layouts.ts'
import { median } from './median.ts'
import { measureSync } from './memory.ts'
import { measureOneJobAPerson } from './one-job-a-person.ts'
import { ALL, measureProcess, measureYardstick } from './processes.ts'
import { startRegistry } from './registry.ts'
import { measureScoring } from './scoring.ts'
import { measureSimulator } from './simulator.ts'
import { measureSimulatorStart } from './simulator-start.ts'
import { benchTrembita } from './trembita.ts'
import { measureWorkers, type SharedPace } from './workers.ts'

const isQuick = process.argv.includes('quick')
const ROUNDS = isQuick ? 1 : 5
const PERSONS = isQuick ? 5000 : 40_000
const JOBS = isQuick ? 500 : 3000
const SMALL = isQuick ? 2000 : 100_000
const LARGE = isQuick ? 10_000 : 1_000_000
const SLOW_MILLISECONDS = 40
const FEW = isQuick ? 5000 : 10_000

interface Round {
  readonly bare: Pace
  readonly engine: Pace
  readonly whole: Pace
  readonly client: number
  readonly jobs: number
}

async function measureRound(server: BenchServer): Promise<Round> {
  const bare = await measureYardstick(server, PERSONS)
  const engine = await withPeople(server, PERSONS, (url) => measureEngine(url, PERSONS, answerAtOnce))
  const { callsPerSecond: client } = await measureClient()
  const registry = await startRegistry(PERSONS)
  const registries = openBenchRegistries(registry.url)
  try {
    const ask = registries.checkPassportDmsStatus
    const whole = await withPeople(server, PERSONS, (url) => measureEngine(url, PERSONS, ask))
    const jobs = await withPeople(server, JOBS, (url) => measureOneJobAPerson(url, JOBS, ask))
    return { bare, engine, whole, client, jobs }
  } finally {
    await registries.close()
    registry.stop()
  }
}

const rounded = (figure: number) => Math.round(figure).toLocaleString('en')
const line = (words: string, figure: string) => process.stdout.write(`${words.padEnd(58)} ${figure}\n`)
const verdict = (ratio: number, aim: number, isAtLeast: boolean) =>
  `${ratio.toFixed(2)} (aim: at ${isAtLeast ? 'least' : 'most'} ${aim})`

async function benchEngine(server: BenchServer): Promise<void> {
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await measureRound(server))
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`)
  }
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick))
  const pace = (words: string, key: 'bare' | 'engine' | 'whole') => {
    line(words, `${rounded(middle((round) => round[key].rate))}/s`)
    const cpu = (side: 'node' | 'postgres') => middle((round) => round[key].cpu[side]).toFixed(0)
    line('  CPU a person, microseconds', `${cpu('node')} Node, ${cpu('postgres')} PostgreSQL`)
  }
  pace('D: the same writes as bare SQL, persons', 'bare')
  line('C: the client alone, calls', `${rounded(middle(({ client }) => client))}/s`)
  pace('engine, answers from within the process, persons', 'engine')
  pace('the whole way, simulator on the same cores, persons', 'whole')
  line('one job a person on pg-boss, persons', `${rounded(middle(({ jobs }) => jobs))}/s`)
  line(
    '(a) engine / D',
    verdict(
      middle(({ engine, bare }) => engine.rate / bare.rate),
      0.9,
      true,
    ),
  )
  const bound = ({ bare, client }: Round) => 1 / (1 / bare.rate + 1 / client)
  line(
    '(b) whole way / (1 / (1/D + 1/C))',
    verdict(
      middle((round) => round.whole.rate / bound(round)),
      0.85,
      true,
    ),
  )
  line(
    '(c) whole way / one job a person',
    verdict(
      middle(({ whole, jobs }) => whole.rate / jobs),
      14,
      true,
    ),
  )
}

// A few answers at a time, as from a registry that takes a while: what each of them costs then.
async function benchSlow(server: BenchServer): Promise<void> {
  const persons = isQuick ? 2000 : 10_000
  const registry = await startRegistry(persons, SLOW_MILLISECONDS)
  const registries = openBenchRegistries(registry.url)
  try {
    const ask = registries.checkPassportDmsStatus
    const { rate, cpu } = await withPeople(server, persons, (url) => measureEngine(url, persons, ask))
    line(`a registry that takes ${SLOW_MILLISECONDS} ms, 16 calls at once, persons`, `${rounded(rate)}/s`)
    line('  CPU a person, microseconds', `${cpu.node.toFixed(0)} Node, ${cpu.postgres.toFixed(0)} PostgreSQL`)
  } finally {
    await registries.close()
    registry.stop()
  }
}

async function benchMemory(server: BenchServer): Promise<void> {
  const peaks: number[] = []
  for (const persons of [SMALL, LARGE]) {
    const registry = await startRegistry(persons)
    const { peakMegabytes, rate } = await withPeople(server, persons, (url) => measureSync(url, registry.url))
    registry.stop()
    line(`sync of ${rounded(persons)} persons`, `${peakMegabytes.toFixed(0)} MB at most, ${rounded(rate)}/s`)
    peaks.push(peakMegabytes)
  }
  const [small = 0, large = 0] = peaks
  line('(d) memory, large / small', verdict(large / small, 1.2, false))
}

async function benchClaims(server: BenchServer): Promise<void> {
  const costs: number[] = []
  for (const persons of [FEW, LARGE]) {
    const { milliseconds, cpu } = await withPeople(server, persons, measureClaims)
    const words = `${milliseconds.toFixed(2)} ms, ${cpu.toFixed(0)} us of PostgreSQL's CPU`
    line(`a claim of 100 among ${rounded(persons)}, 1,000 of them due`, words)
    costs.push(cpu)
  }
  const [few = 0, many = 0] = costs
  line('(e) CPU of a claim, many / few', verdict(many / few, 1.1, false))
}

async function benchLayouts(server: BenchServer): Promise<void> {
  const rounds: Awaited<ReturnType<typeof measureLayouts>>[] = []
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await withPeople(server, PERSONS, measureLayouts))
  for (const layout of ['wide', 'narrow'] as const) {
    const of = (what: 'cpu' | 'wal') => median(rounds.map((round) => round[layout][what])).toFixed(0)
    line(`a checked subject, ${layout} layout`, `${of('cpu')} us of PostgreSQL's CPU, ${of('wal')} bytes of WAL`)
  }
  const ratio = (what: 'cpu' | 'wal') => median(rounds.map(({ narrow, wide }) => narrow[what] / wide[what]))
  line('CPU, narrow / wide', verdict(ratio('cpu'), 0.4, false))
  line('WAL, narrow / wide', verdict(ratio('wal'), 0.3, false))
}

async function benchProcesses(server: BenchServer): Promise<void> {
  const rounds: { bare: Pace; paces: Pace[] }[] = []
  for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
    const bare = await measureYardstick(server, PERSONS)
    const paces: Pace[] = []
    for (const each of ALL) {
      process.stderr.write(`round ${round + 1}: ${each.key}\n`)
      paces.push(await measureProcess(server, each, PERSONS))
    }
    rounds.push({ bare, paces })
  }
  line('D: the writes of dms_passport/person as bare SQL', `${rounded(median(rounds.map(({ bare }) => bare.rate)))}/s`)
  for (const [index, { key }] of ALL.entries()) {
    const of = (pick: (pace: Pace, bare: Pace) => number) =>
      median(rounds.flatMap(({ bare, paces }) => paces.slice(index, index + 1).map((pace) => pick(pace, bare))))
    const ratio = of((pace, bare) => pace.rate / bare.rate).toFixed(2)
    const cpu = (side: 'node' | 'postgres') => of((pace) => pace.cpu[side]).toFixed(0)
    line(`${key}, answers from within`, `${rounded(of((pace) => pace.rate))}/s, ${ratio} of D`)
    line('  CPU a subject, microseconds', `${cpu('node')} Node, ${cpu('postgres')} PostgreSQL`)
  }
}

async function benchWorkers(server: BenchServer): Promise<void> {
  const counts = [1, 2, 4]
  const rounds: SharedPace[][] = []
  for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
    const paces: SharedPace[] = []
    for (const workers of counts) paces.push(await measureWorkers(server, workers, isQuick ? 300 : 1600))
    rounds.push(paces)
  }
  const of = (index: number, pick: (pace: SharedPace, one: SharedPace) => number) =>
    median(rounds.map((paces) => pick(paces[index] ?? NO_PACE, paces[0] ?? NO_PACE)))
  for (const [index, workers] of counts.entries()) {
    const each = of(index, (pace, one) => pace.rate / one.rate / workers)
    const cpu = of(index, (pace) => pace.cpu).toFixed(0)
    line(
      `a run by ${workers} worker${workers === 1 ? '' : 's'}, 200 ms an answer, 16 calls at once each`,
      `${rounded(of(index, (pace) => pace.rate))}/s, ${verdict(each, 0.9, true)} of one's each; ${cpu} us CPU a person`,
    )
  }
}

const NO_PACE: SharedPace = { rate: Number.NaN, cpu: Number.NaN }

process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}\n`,
)
const server = await startBenchServer()
async function benchImport(): Promise<void> {
  const { importPerSecond, copyPerSecond, ratio } = await measureImport(isQuick ? 5000 : 50_000)
  line('import, persons', `${rounded(importPerSecond)}/s`)
  line('COPY into the same tables, persons', `${rounded(copyPerSecond)}/s`)
  line('import / COPY', verdict(ratio, 0.25, true))
}

async function benchSimulator(): Promise<void> {
  const { callsPerSecond, cpuMicroseconds } = await measureSimulator(isQuick ? 1 : 5)
  line(
    "the simulator's own rate, calls",
    `${rounded(callsPerSecond)}/s, ${cpuMicroseconds.toFixed(0)} us of CPU a call`,
  )
  const { seconds, megabytes } = await measureSimulatorStart(isQuick ? 50_000 : 500_000)
  line('its start on the open data set', `${seconds.toFixed(1)} s, ${megabytes?.toFixed(0) ?? '?'} MB`)
}

function benchScoring(): void {
  const { scored, read } = measureScoring(isQuick ? 50 : 2000)
  line('acts of death scored against a person', `${rounded(scored)}/s`)
  line('acts of death read from answers', `${rounded(read)}/s`)
}

const PARTS = {
  engine: () => benchEngine(server),
  slow: () => benchSlow(server),
  layouts: () => benchLayouts(server),
  claims: () => benchClaims(server),
  memory: () => benchMemory(server),
  processes: () => benchProcesses(server),
  workers: () => benchWorkers(server),
  import: benchImport,
  trembita: () => benchTrembita(line, isQuick),
  scoring: benchScoring,
  simulator: benchSimulator,
}

const chosen = Object.entries(PARTS).filter(([name]) => process.argv.includes(name))
try {
  for (const [, bench] of chosen.length > 0 ? chosen : Object.entries(PARTS)) await bench()
} finally {
  await server.release()
}
