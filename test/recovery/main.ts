/**
 * `npm run test:recovery -- --rounds N --seed S --way "pg_dump"`: in each round workers verify people while imports change them; meanwhile
 * the database is backed up and restored elsewhere, or updated to the next version; then the checker of test/chaos reads the result. Needs
 * Debian's postgresql, installs nothing, and exits with 2 if it is missing. Exits with 0 if nothing was lost, doubled or repeated, else
 * with 1.
 */
import { parseArgs } from 'node:util'
import { findPostgres } from '../support/debian-postgres.ts'
import { playRound, WAYS } from './round.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(WAYS.length) },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    way: { type: 'string' },
  },
})
const [rounds, first] = [Number(values.rounds), Number(values.seed)]
const ways = WAYS.filter((way) => values.way === undefined || way === values.way)
if (!Number.isInteger(rounds) || !Number.isInteger(first) || ways.length === 0) {
  console.error(`usage: npm run test:recovery -- --rounds N --seed S --way "${WAYS.join('|')}"`)
  process.exit(2)
}
const binaries = await findPostgres()
if (binaries === undefined) {
  console.error('PostgreSQL is needed, and was not found: nothing was tried (Debian: apt-get install postgresql)')
  process.exit(2)
}

let failed = 0
for (let round = 0; round < rounds; round += 1) {
  const way = ways[round % ways.length] ?? 'pg_dump'
  console.log(`round ${round + 1} of ${rounds}: ${way}, seed ${first + round}`)
  const problems = await playRound({ binaries, way, seed: first + round, say: (line) => console.log(line) })
  for (const problem of problems) console.log(`  WRONG: ${problem}`)
  if (problems.length > 0) failed += 1
}
console.log(`${rounds - failed} of ${rounds} rounds passed: nothing lost, nothing doubled, nothing done once more`)
process.exit(failed === 0 ? 0 : 1)
