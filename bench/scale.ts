/**
 * `npm run bench:scale`: the cost of a claim among 100 thousand, 1 and 10 million persons, bulk-loaded; 1,000 are due, half of the others
 * finished and half waiting (spec 2.2, 2.9). Prints the statement's plan at each size. Needs 34 GB of disk, which it checks first,
 * and three quarters of an hour. `-- 1000000` sets other sizes.
 */
import { statfs } from 'node:fs/promises'
import { connect } from '../src/database/connection.ts'
import { START } from '../src/synchronization/plans/claim.ts'
import { WORKER_SESSION } from '../src/synchronization/session.ts'
import { type ClaimCost, claimFrom, measureClaimsOf } from './claims.ts'
import { openBench, startBenchServer } from './database.ts'
import { type Plan, planOf } from './figures.ts'
import { loadInBulk } from './load.ts'

/** Tables, indexes and the write-ahead log of the load. */
const BYTES_PER_PERSON = 3400
const SIZES = [100_000, 1_000_000, 10_000_000]
const AIM = 1.1

const given = process.argv.slice(2).map(Number)
const sizes = given.length > 0 ? given : SIZES
if (sizes.some((size) => !Number.isSafeInteger(size) || size < 2000)) {
  process.stderr.write('give numbers of persons, each 2000 or more\n')
  process.exit(2)
}

interface Measured extends ClaimCost {
  readonly pages: number
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
const server = await startBenchServer()
try {
  await refuseWithoutSpace(server.stateDirectory, Math.max(...sizes) * BYTES_PER_PERSON)
  const all: Measured[] = []
  for (const size of sizes) all.push(await measureAmong(size))
  const [first, ...others] = all
  for (const [index, other] of others.entries()) {
    process.stdout.write(`among ${sizes[index + 1]?.toLocaleString('en')} / among ${sizes[0]?.toLocaleString('en')}: `)
    const ratio = (of: (one: Measured) => number) => (of(other) / of(first ?? other)).toFixed(2)
    process.stdout.write(`pages ${ratio((one) => one.pages)}, CPU ${ratio((one) => one.cpu)} (aim: at most ${AIM})\n`)
  }
} finally {
  await server.release()
}

async function measureAmong(persons: number): Promise<Measured> {
  const url = await server.create(`scale_${persons}`)
  try {
    const begin = performance.now()
    await loadInBulk(url, persons)
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    const size = await databaseSize(url)
    const cost = await measureClaimsOf(url)
    const plan = await planOfClaim(url)
    const costs = `${cost.milliseconds.toFixed(2)} ms, ${cost.cpu.toFixed(0)} us of PostgreSQL's CPU, ${plan.buffers} pages`
    process.stdout.write(`a claim of 100 among ${persons.toLocaleString('en')} persons: ${costs}`)
    process.stdout.write(` (${gigabytes(size)}, loaded in ${seconds} s)\n${plan.text}\n\n`)
    return { ...cost, pages: plan.buffers }
  } finally {
    await server.drop(url)
  }
}

async function refuseWithoutSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  process.stderr.write(`${gigabytes(bytes)} are needed in ${folder}, and ${gigabytes(bavail * bsize)} are free\n`)
  await server.release()
  process.exit(1)
}

async function databaseSize(url: string): Promise<number> {
  const client = await connect({ url, applicationName: 'bench' })
  try {
    const { rows } = await client.query('select pg_database_size(current_database()) as bytes')
    return Number(rows[0].bytes)
  } finally {
    await client.end()
  }
}

/** The plan of a claim with a worker's session settings, and the pages that it read; rolled back. */
async function planOfClaim(url: string): Promise<Plan> {
  const database = openBench(url, { max: 1, session: WORKER_SESSION })
  try {
    return await database.pinned(async (session) => {
      await session.query({ text: 'begin' })
      const plan = await planOf(session, claimFrom(START))
      await session.query({ text: 'rollback' })
      return plan
    })
  } finally {
    await database.close()
  }
}
