/**
 * `npm run test:ha -- --rounds N --seed S --fault "primary killed"`: rounds under Patroni, each with one fault in mid-run, followed by the
 * checker of test/chaos. Needs Debian's patroni, etcd-server and postgresql, installs nothing, and ends with 2 where they are missing. Ends with 0
 * if nothing was lost, doubled or answered wrongly, else with 1. See docs/operations.md.
 */
import { parseArgs } from 'node:util'
import { FAULTS } from './faults.ts'
import { type Figures, figuresOf, wordsOf } from './figures.ts'
import { findTools, Patroni } from './patroni.ts'
import { playRound } from './round.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(FAULTS.length) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    fault: { type: 'string' },
  },
})
const [rounds, first] = [Number(values.rounds), Number(values.seed)]
const faults = FAULTS.filter((fault) => values.fault === undefined || fault === values.fault)
if (!Number.isInteger(rounds) || !Number.isInteger(first) || faults.length === 0) {
  console.error(`usage: npm run test:ha -- --rounds N --seed S --fault "${FAULTS.join('|')}"`)
  process.exit(2)
}
const tools = await findTools()
if (tools === undefined) {
  console.error(
    'patroni, etcd and PostgreSQL are needed, and were not all found: nothing was tried (Debian: apt-get install patroni etcd-server postgresql)',
  )
  process.exit(2)
}

const servers = await Patroni.start(tools)
const interrupt = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort())
let failed = 0
const all = new Map<string, Figures[]>()
try {
  for (let round = 0; round < rounds; round += 1) {
    const fault = faults[round % faults.length] ?? 'switchover'
    const seed = first + round
    console.log(`round ${round + 1} of ${rounds}: ${fault}, seed ${seed}`)
    const outcome = await playRound({
      servers,
      fault,
      seed,
      say: (line) => console.log(line),
      signal: interrupt.signal,
    })
    const figures = figuresOf(outcome)
    all.set(fault, [...(all.get(fault) ?? []), figures])
    console.log(wordsOf(figures))
    for (const problem of outcome.problems) console.log(`  WRONG: ${problem}`)
    if (outcome.problems.length > 0) failed += 1
  }
} catch (error) {
  if (!interrupt.signal.aborted) throw error
} finally {
  await servers.close()
}
if (interrupt.signal.aborted) process.exit(130)
const worst = (figures: readonly Figures[], of: (each: Figures) => number) => Math.max(...figures.map(of)).toFixed(1)
console.log('the longest of each, in seconds:')
for (const [fault, figures] of all) {
  console.log(
    `  ${fault.padEnd(28)} no commits ${worst(figures, ({ away }) => away)}, then workers back in ${worst(figures, ({ workers }) => workers)}, writes in ${worst(figures, ({ firstWrite }) => firstWrite)}; no calls ${worst(figures, ({ noCalls }) => noCalls)}; slowest answer ${worst(figures, ({ slowest }) => slowest)}`,
  )
}
console.log(`${rounds - failed} of ${rounds} rounds passed: nothing lost, nothing doubled, no wrong answer in them`)
process.exit(failed === 0 ? 0 : 1)
