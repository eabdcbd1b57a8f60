/**
 * `npm run test:chaos -- --rounds N --seed S --minutes M --keep FOLDER`: rounds of faults from seeds S, S + 1, …, each followed by the
 * checker. Ends with 0 if nothing was wrong, else with 1 and the command that repeats the first round that failed. See docs/chaos.md.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Histories } from './histories.ts'
import { playRound } from './round.ts'
import { summaryOf } from './summary.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
})
const [rounds, first, minutes] = [Number(values.rounds), Number(values.seed), Number(values.minutes)]
if (!Number.isInteger(rounds) || !Number.isInteger(first) || !(minutes > 0)) {
  console.error('usage: npm run test:chaos -- --rounds N --seed S --minutes M --keep FOLDER')
  process.exit(2)
}

async function keepHistories(file: string, histories: Histories): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const plain = (_: string, value: unknown) =>
    value instanceof Map ? Object.fromEntries(value) : value instanceof Set ? [...value] : value
  await writeFile(file, JSON.stringify(histories, plain, 1))
  say(`  the histories are in ${file}`)
}

const interrupt = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort())

const say = (line: string) => console.log(line)
const failed: number[] = []
for (let seed = first; seed < first + rounds; seed += 1) {
  const round = playRound({ seed, seconds: minutes * 60, say, signal: interrupt.signal })
  const { problems, histories } = await round.catch((error: unknown) => {
    if (!interrupt.signal.aborted) throw error
    say('interrupted')
    process.exit(130)
  })
  say(summaryOf(histories))
  for (const problem of problems) say(`  WRONG: ${problem}`)
  say(problems.length === 0 ? `seed ${seed}: nothing is wrong` : `seed ${seed}: FAILED`)
  if (problems.length === 0) continue
  failed.push(seed)
  if (values.keep !== undefined) await keepHistories(join(values.keep, `seed-${seed}.json`), histories)
}
say(`${rounds - failed.length} of ${rounds} rounds passed`)
const [again] = failed
if (again !== undefined) say(`repeat with: npm run test:chaos -- --rounds 1 --seed ${again} --minutes ${minutes}`)
process.exit(failed.length === 0 ? 0 : 1)
