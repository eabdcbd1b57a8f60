/**
 * `npm run bench:lists`: lists over a million persons and a quarter as many parties (spec 4.3). For every indexed filter, in both orders,
 * at the first, a middle and the last page: p50 and p95 of the whole request and of the statement alone, the pages that it read, and its
 * plan; then the cost of the total, and the REST lists. Times are in milliseconds, with the CPU of the API and PostgreSQL. `-- 100000` sets
 * the number of persons, `-- plans` prints every plan instead of the most expensive one of each filter, and BENCH_LISTS_URL names a
 * database that is already loaded.
 */
import { Pool } from 'undici'
import type { Database } from '../src/database/database.ts'
import type { Slice, TimePlace } from '../src/listing/slice.ts'
import type { PeopleFilter } from '../src/people-reading/filter.ts'
import { wayOf } from '../src/people-reading/filter.ts'
import { listSubjects } from '../src/people-reading/plans/list.ts'
import type { SubjectKind } from '../src/verification/status.ts'
import { Asker } from './asker.ts'
import { provideToken, startCommand } from './commands.ts'
import { openBench, startBenchServer } from './database.ts'
import { at, planOf, take, told, Worst } from './figures.ts'
import { filtersOf, graphqlFilter, restListsOf } from './list-cases.ts'
import { idOf, insertedAt, loadPeople } from './load-lists.ts'
import { environmentOf } from './memory.ts'

const PERSONS = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 1_000_000)
const showsAll = process.argv.includes('plans')
const PAGE = 50
/** Uncounted requests: a new process has not compiled anything yet. */
const WARM_UP = 200
const AIM = 50

const FIELDS = `databaseId lastName firstName birthDate taxId documents { type number } verificationStatus
  verificationDetails { drfo { verificationStatus } dmsPassport { verificationStatus verificationReason } }`

const tell = (text: string) => process.stdout.write(`${text}\n`)
const given = process.env['BENCH_LISTS_URL']
if (given !== undefined) await bench(given)
else {
  const server = await startBenchServer()
  try {
    const url = await server.create('lists')
    const begin = performance.now()
    await loadPeople(url, PERSONS)
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    tell(`${PERSONS.toLocaleString('en')} persons and a quarter as many parties, loaded in ${seconds} s`)
    await bench(url)
  } finally {
    await server.release()
  }
}

/** What is measured, with the processes that serve a request: the API, and PostgreSQL's backends. */
interface Ground {
  readonly database: Database
  readonly asker: Asker
  processes(): Promise<number[]>
}

async function bench(url: string): Promise<void> {
  const database = openBench(url, { max: 1 })
  const owner = openBench(url, { role: 'zvirka_owner', max: 1 })
  const token = await provideToken(owner)
  const limits = { ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' }
  const nowhere = 'http://127.0.0.1:1'
  const api = await startCommand('api', { ...environmentOf(url, nowhere), ...limits, PORT: '0', LOG_LEVEL: 'info' })
  const pool = new Pool(api.address, { connections: 1 })
  const asker = new Asker(pool, token)
  const processes = async () => {
    const text = 'select pid from pg_stat_activity where datname = current_database()'
    return [api.pid, ...(await database.query<{ pid: number }>({ text })).map(({ pid }) => pid)]
  }
  const ground = { database, asker, processes }
  try {
    const idle = async () => told(await take(() => asker.get('/health/live'), await processes()))
    tell(`a request that reads nothing: ${await idle()}`)
    const missed: string[] = []
    for (const kind of ['person', 'party'] as const) missed.push(...(await benchKind(kind, ground)))
    missed.push(...(await benchRest(ground)))
    tell(`\na request that reads nothing: ${await idle()}`)
    tell(missed.length === 0 ? `every p95 is ${AIM} ms at most` : `p95 beyond ${AIM} ms:\n${missed.join('\n')}`)
  } finally {
    await pool.close()
    await api.stop()
    await Promise.all([database.close(), owner.close()])
  }
}

async function benchKind(kind: SubjectKind, { database, asker, processes }: Ground): Promise<string[]> {
  const count = kind === 'person' ? PERSONS : PERSONS / 4
  const [middle] = await database.query<{ id: string; at: string }>({
    text: `select ${idOf(kind, '$1::int')} as id,
                  to_char((${insertedAt('$1::int')}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
    values: [Math.floor(count / 2)],
  })
  if (middle === undefined) throw new Error('nobody was loaded')
  const list = kind === 'person' ? 'persons' : 'parties'
  const type = kind === 'person' ? 'Person' : 'Party'
  const query = (
    fields: string,
  ) => `query ($filter: ${type}Filter, $order: ${type}OrderBy, $first: Int, $last: Int, $after: String) {
    ${list}(filter: $filter, orderBy: $order, first: $first, last: $last, after: $after) { ${fields} } }`
  const after = Buffer.from(JSON.stringify([middle.at, middle.id])).toString('base64url')
  for (let n = 0; n < WARM_UP; n += 1) await asker.graphql(query(`nodes { ${FIELDS} }`), { first: PAGE })
  const missed: string[] = []
  tell(`\n${list}: the whole request, and the statement of the page alone; ms`)
  for (const [words, filter] of filtersOf(kind, count, middle.id)) {
    const worst = new Worst()
    const known = await processes()
    for (const isDescending of [true, false]) {
      for (const page of ['first', 'middle', 'last'] as const) {
        const order = `INSERTED_AT_${isDescending ? 'DESC' : 'ASC'}`
        const size = page === 'last' ? { last: PAGE } : { first: PAGE }
        const variables = { filter: graphqlFilter(filter), order, ...size, ...(page === 'middle' && { after }) }
        const asked = query(`nodes { ${FIELDS} } pageInfo { endCursor }`)
        const request = await take(() => asker.graphql(asked, variables), known)
        const place = page === 'middle' ? { [isDescending ? 'below' : 'above']: { at: middle.at, id: middle.id } } : {}
        const direction = isDescending === (page === 'last') ? 'asc' : 'desc'
        const slice: Slice<TimePlace> = { ...place, direction, limit: PAGE + 1 }
        const statement = await take(() => database.query(statementOf(kind, filter, slice)), known)
        const plan = await planOf(database, statementOf(kind, filter, slice))
        worst.add(request, statement, plan)
        if (showsAll) tell(`${words}, ${order}, ${page} page\n${plan.text}`)
      }
    }
    const counted = query('totalCount totalCountIsExact')
    const total = await take(() => asker.graphql(counted, { filter: graphqlFilter(filter) }), known)
    tell(`${words.padEnd(44)} ${worst.told()}; total ${told(total)}`)
    if (!showsAll) tell(worst.plan)
    if (Math.max(worst.p95, at(total, 0.95)) > AIM) missed.push(`${list} by ${words}`)
  }
  return missed
}

async function benchRest({ database, asker, processes }: Ground): Promise<string[]> {
  const [ids] = await database.query<{ employee: string; division: string }>({
    text: `select ${idOf('employee', '2')} as employee, ${idOf('division', '3')} as division`,
  })
  if (ids === undefined) throw new Error('no ids')
  const missed: string[] = []
  tell('\nREST, with the total: the whole request; ms')
  for (const [words, path] of restListsOf(ids)) {
    const { paging } = JSON.parse(await asker.get(path)) as { paging: { total_pages: number; next: string | null } }
    const pages: [string, string][] = [
      ['first', path],
      ['middle', `${path}&page=${Math.ceil(paging.total_pages / 2)}`],
      ['last', `${path}&page=${Math.max(paging.total_pages, 1)}`],
      ...(paging.next === null ? [] : [['next', `${path}&after=${paging.next}`] as [string, string]]),
    ]
    const figures: string[] = []
    for (const [page, asked] of pages) {
      const request = await take(() => asker.get(asked), await processes())
      figures.push(`${page} ${told(request)}`)
      if (at(request, 0.95) > AIM) missed.push(`${words}, ${page} page`)
    }
    tell(`${words.padEnd(44)} ${figures.join('; ')}`)
  }
  return missed
}

function statementOf(kind: SubjectKind, filter: PeopleFilter, slice: Slice<TimePlace>) {
  const way = wayOf(kind, filter)
  if (way.kind === 'refused') throw new Error(way.reason)
  return listSubjects(kind, filter, way, slice)
}
