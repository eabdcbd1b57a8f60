/**
 * Approvals per second and their latency over HTTP, beside the same statements alone: those of the token check and those between `begin`
 * and `commit`, over as many connections of a plain pg client. The rounds alternate, so that both see the same machine load.
 */
import { Pool } from 'undici'
import { findToken } from '../src/access/plans/tokens.ts'
import { hashOfToken } from '../src/access/tokens.ts'
import { connect } from '../src/database/connection.ts'
import type { Query } from '../src/database/query.ts'
import { addRequests, invitation, type Kind, recordApproval, type Statements } from './approval-requests.ts'
import { startCommand } from './commands.ts'
import { type BenchServer, withPeople } from './database.ts'
import { median } from './median.ts'
import { environmentOf } from './memory.ts'

const CONNECTIONS = 8
const ROUNDS = 5

/** Prints a result. */
export type Tell = (words: string, figure: string) => void

const WORDS: Readonly<Record<Kind, string>> = {
  new: 'somebody new',
  known: 'an employee who is known',
}

/** Measures both kinds of approvals, with this number per round. */
export async function measureApprovals(server: BenchServer, perRound: number, tell: Tell): Promise<void> {
  for (const kind of ['new', 'known'] as const) {
    // One recorded approval, a warm-up round of each, and the measured rounds.
    const count = 1 + perRound * 2 * (ROUNDS + 1)
    await withPeople(
      server,
      count,
      (url) => measureKind(url, kind, perRound, tell),
      (owner) => addRequests(owner, count, kind),
    )
  }
}

async function measureKind(url: string, kind: Kind, perRound: number, tell: Tell): Promise<void> {
  const statements = await recordApproval(url, 0)
  const limits = { ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' }
  const api = await startCommand('api', {
    ...environmentOf(url, 'http://127.0.0.1:9/'),
    ...limits,
    PORT: '0',
    LOG_LEVEL: 'info',
  })
  const pool = new Pool(api.address, { connections: CONNECTIONS })
  const bare = await openBare(url)
  const served: Pace[] = []
  const bared: Pace[] = []
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const first = 1 + round * perRound * 2
      const byHttp = await pace(first, perRound, (n) => approve(pool, n))
      const byHand = await pace(first + perRound, perRound, (n, lane) => bare.send(statements, n, lane))
      if (round === 0) continue
      served.push(byHttp)
      bared.push(byHand)
    }
  } finally {
    await pool.close()
    await api.stop()
    await bare.close()
  }
  const ratio = served.map(({ rate }, n) => rate / (bared[n]?.rate ?? Number.NaN))
  tell(`approvals of ${WORDS[kind]}, ${statements(0).length} statements`, told(served))
  tell('the same statements bare', told(bared))
  tell('of the bare rate', `${(100 * median(ratio)).toFixed(0)} % (aim: 60 %)`)
}

interface Pace {
  readonly rate: number
  readonly times: readonly number[]
}

async function pace(first: number, count: number, work: (n: number, lane: number) => Promise<void>): Promise<Pace> {
  const times: number[] = []
  let next = first
  const loop = async (lane: number) => {
    while (next < first + count) {
      const n = next
      next += 1
      const begin = performance.now()
      await work(n, lane)
      times.push(performance.now() - begin)
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, lane) => loop(lane)))
  return { rate: (count / (performance.now() - begin)) * 1000, times }
}

function told(paces: readonly Pace[]): string {
  const rate = Math.round(median(paces.map((each) => each.rate)))
  const sorted = paces.flatMap(({ times }) => times).sort((left, right) => left - right)
  const [middle, most, nearlyAll] = [0.5, 0.95, 0.99].map((share) =>
    (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1),
  )
  return `${rate.toLocaleString('en')}/s, p50 ${middle} ms, p95 ${most} ms, p99 ${nearlyAll} ms`
}

async function approve(pool: Pool, n: number): Promise<void> {
  const { id, token } = invitation(n)
  const headers = { authorization: `Bearer ${token}` }
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `/api/employee_requests/${id}/approve`,
    headers,
  })
  const text = await body.text()
  if (statusCode !== 200) throw new Error(`an approval: ${statusCode} ${text}`)
}

interface Bare {
  send(statements: Statements, n: number, lane: number): Promise<void>
  close(): Promise<void>
}

async function openBare(url: string): Promise<Bare> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = await connect({ url, applicationName: 'bench' })
      await client.query('set role zvirka_app')
      return client
    }),
  )
  return {
    async send(statements, n, lane) {
      const client = clients[lane]
      if (client === undefined) throw new Error('no such connection')
      const send = ({ text, values = [], name }: Query) =>
        client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) })
      await send(findToken(hashOfToken(invitation(n).token)))
      await client.query('begin isolation level read committed')
      for (const statement of statements(n)) await send(statement)
      await client.query('commit')
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}
