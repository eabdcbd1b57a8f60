/**
 * Three PostgreSQL nodes under Patroni with synchronous replication, and an etcd, all on loopback. Traffic to a node's Patroni, and from it
 * to etcd, goes through proxies that can stop responding.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readPidFile } from '../../src/database/embedded/postmaster.ts'
import { type ServerUser, serverUser } from '../../src/database/embedded/server-user.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { type Servers, tell } from '../chaos/postgres.ts'
import { startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { findPostgres } from '../support/debian-postgres.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'

const DATABASE = 'zvirka'
const NODES = 3
const LOOK_MS = 200
/** The minimum that Patroni allows; its default of 30 s makes each failover 10 s longer. */
const TTL_SECONDS = 20

/** The required programs, and the Debian packages that have them. */
export interface Tools {
  readonly patroni: string
  readonly etcd: string
  readonly binaries: string
}

/** Looks for the cluster's programs; undefined if one is missing. */
export async function findTools(): Promise<Tools | undefined> {
  const path = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
  const binaries = await findPostgres()
  const [patroni, etcd] = [path('patroni'), path('etcd')]
  if (patroni === '' || etcd === '' || binaries === undefined) return undefined
  return { patroni, etcd, binaries }
}

/** Patroni's view of a cluster member. */
interface Member {
  readonly name: string
  readonly role: string
  readonly state: string
}

/** One machine of the cluster. */
export class Node {
  readonly name: string
  /** For clients on this machine: a superuser's, over the unix socket. */
  readonly url: string
  readonly restPort: number
  readonly #folder: string
  readonly #tools: Tools
  readonly #user: ServerUser | undefined
  readonly #links: readonly TcpProxy[]
  #patroni: ChildProcess | undefined

  constructor(options: {
    readonly name: string
    readonly folder: string
    readonly port: number
    readonly restPort: number
    readonly tools: Tools
    readonly user: ServerUser | undefined
    readonly links: readonly TcpProxy[]
  }) {
    this.name = options.name
    this.restPort = options.restPort
    this.#folder = options.folder
    this.#tools = options.tools
    this.#user = options.user
    this.#links = options.links
    const host = encodeURIComponent(options.folder)
    this.url = `postgresql:///${DATABASE}?host=${host}&port=${options.port}&user=zvirka&sslmode=disable`
  }

  /** The same for a database that no round empties. */
  get adminUrl(): string {
    return this.url.replace(`/${DATABASE}?`, '/postgres?')
  }

  start(): void {
    if (this.#patroni !== undefined) return
    this.#patroni = launch(this.#tools.patroni, [join(this.#folder, 'patroni.json')], this.#folder, this.#user)
  }

  /** Disconnects it from everybody, or reconnects it. */
  async setLink(mode: 'passing' | 'silent'): Promise<void> {
    await Promise.all(this.#links.map((link) => link.set(mode)))
  }

  /** Like a machine that pauses and continues. */
  async freeze(): Promise<void> {
    for (const pid of await this.#pids()) signal(pid, 'SIGSTOP')
  }

  async thaw(): Promise<void> {
    for (const pid of await this.#pids()) signal(pid, 'SIGCONT')
  }

  /** Like a machine that loses power. */
  async kill(): Promise<void> {
    const pids = await this.#pids()
    this.#patroni = undefined
    for (const pid of pids) signal(pid, 'SIGKILL')
    await until('a node to be gone', async () => pids.every((pid) => !isThere(pid)))
  }

  /** Patroni itself, the postmaster, and all their children. */
  async #pids(): Promise<number[]> {
    const postmaster = (await readPidFile(join(this.#folder, 'data')))?.pid
    const first = [this.#patroni?.pid, postmaster].filter((pid) => pid !== undefined)
    return [...first, ...(await childrenOf(new Set(first)))].filter(isThere)
  }

  /** The timeline that it writes; undefined if it does not answer at once or is read-only. */
  async timeline(): Promise<string | undefined> {
    const timeline = `select case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as at`
    const asked = tell<{ at: string | null }>(this.adminUrl, timeline).catch(() => [])
    const rows = await Promise.race([asked, delay(1000, [])])
    return rows[0]?.at ?? undefined
  }
}

const isThere = (pid: number) => signal(pid, 0)

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

/** All descendants of these processes. */
async function childrenOf(parents: ReadonlySet<number>): Promise<number[]> {
  const all = new Map<number, number>()
  for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(stat) ?? []
    if (parent !== undefined) all.set(pid, Number(parent))
  }
  const found = new Set(parents)
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const [pid, parent] of all) if (found.has(parent)) found.add(pid)
  }
  return [...found].filter((pid) => !parents.has(pid))
}

function launch(program: string, args: readonly string[], folder: string, user: ServerUser | undefined): ChildProcess {
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  // In its own process group, so that it does not get Ctrl-C.
  const child = spawn('sh', ['-c', `exec "$0" "$@" >>"${folder}/log" 2>&1`, program, ...args], {
    ...{ ...as, cwd: folder, detached: true, stdio: 'ignore' },
    env: { PATH: `${process.env['PATH']}`, HOME: folder, LC_ALL: 'C.UTF-8', PATRONICTL_CONFIG_FILE: '' },
  })
  child.on('error', () => undefined)
  return child
}

/** A running, migrated cluster. */
export class Patroni implements Servers {
  readonly nodes: readonly Node[]
  readonly urls: readonly string[]
  readonly #close: () => Promise<void>

  private constructor(nodes: readonly Node[], close: () => Promise<void>) {
    this.nodes = nodes
    this.urls = nodes.map(({ url }) => url)
    this.#close = close
  }

  /** Sets it up in a temporary folder. */
  static async start(tools: Tools): Promise<Patroni> {
    const user = serverUser()
    const stack = new AsyncDisposableStack()
    const top = await mkdtemp(join(tmpdir(), 'zvirka-ha-'))
    stack.defer(() => rm(top, { recursive: true, force: true }))
    if (user !== undefined) await chown(top, user.uid, user.gid)
    const folderOf = async (name: string) => {
      const folder = join(top, name)
      await mkdir(folder, { mode: 0o700 })
      if (user !== undefined) await chown(folder, user.uid, user.gid)
      return folder
    }
    const etcdPort = await startEtcd(tools, await folderOf('etcd'), user, stack)
    const nodes: Node[] = []
    for (let number = 1; number <= NODES; number += 1) {
      const name = `node${number}`
      const folder = await folderOf(name)
      const [port, restPort] = [await freePort(), await freePort()]
      const link = async (to: number) => {
        const proxy = await startProxy(() => ({ host: '127.0.0.1', port: to }))
        stack.defer(() => proxy.close())
        return proxy
      }
      const links = { postgres: await link(port), rest: await link(restPort), etcd: await link(etcdPort) }
      const settings = settingsOf({ name, folder, port, restPort, links, tools })
      await writeFile(join(folder, 'patroni.json'), JSON.stringify(settings), { mode: 0o644 })
      nodes.push(new Node({ name, folder, port, restPort, tools, user, links: Object.values(links) }))
    }
    const cluster = new Patroni(nodes, () => stack.disposeAsync())
    stack.defer(async () => void (await Promise.all(nodes.map((node) => node.kill()))))
    try {
      for (const node of nodes) node.start()
      await cluster.untilWhole()
      await cluster.renew()
      return cluster
    } catch (error) {
      const logs = await Promise.all(nodes.map(({ name }) => readFile(join(top, name, 'log'), 'utf8').catch(() => '')))
      await cluster.close()
      throw new Error(`the cluster did not come up: ${logs.map((log) => log.slice(-1500)).join('\n---\n')}`, {
        cause: error,
      })
    }
  }

  /** Waits until all nodes follow the leader, one of them synchronously. */
  untilWhole(): Promise<unknown> {
    return until(
      'the cluster to be whole',
      async () => {
        await delay(LOOK_MS)
        const members = await this.members()
        const isRunning = ({ state }: Member) => state === 'running' || state === 'streaming'
        const roles = members.filter(isRunning).map(({ role }) => role)
        const isWhole = roles.length === NODES && roles.includes('leader') && roles.includes('sync_standby')
        return isWhole && (await this.#streaming()) === NODES - 1
      },
      180,
    )
  }

  async #streaming(): Promise<number> {
    const leader = await this.leader()
    const streaming = `select from pg_stat_replication where state = 'streaming'`
    return (await tell(leader.adminUrl, streaming).catch(() => [])).length
  }

  /** Patroni's list of members. */
  async members(): Promise<readonly Member[]> {
    for (const { restPort } of this.nodes) {
      const answer = await fetch(`http://127.0.0.1:${restPort}/cluster`, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      )
      if (answer?.ok) return ((await answer.json()) as { members: Member[] }).members
    }
    return []
  }

  /** The primary; one that has been replaced without noticing has an older timeline. */
  async leader(): Promise<Node> {
    return await until('a leader', async () => {
      const all = await Promise.all(this.nodes.map(async (node) => ({ node, timeline: await node.timeline() })))
      if (all.every(({ timeline }) => timeline === undefined)) await delay(LOOK_MS)
      const [newest] = all
        .filter(({ timeline }) => timeline !== undefined)
        .toSorted((left, right) => `${right.timeline}`.localeCompare(`${left.timeline}`))
      return newest?.node
    })
  }

  async primaryUrl(): Promise<string> {
    return (await this.leader()).url
  }

  /** The standby that commits wait for. */
  async synchronousStandby(): Promise<Node> {
    const name = (await this.members()).find(({ role }) => role === 'sync_standby')?.name
    const node = this.nodes.find((each) => each.name === name)
    if (node === undefined) throw new Error('no standby is synchronous')
    return node
  }

  /** Asks Patroni for a switchover. */
  async switchover(from: Node): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${from.restPort}/switchover`, {
      method: 'POST',
      body: JSON.stringify({ leader: from.name }),
    })
    if (!answer.ok) throw new Error(`switchover: ${answer.status} ${await answer.text()}`)
  }

  /** Empties the database for another round. */
  async renew(): Promise<void> {
    const leader = await this.leader()
    await tell(leader.adminUrl, `drop database if exists ${DATABASE} with (force)`)
    await tell(leader.adminUrl, `create database ${DATABASE} template template0 encoding 'UTF8'`)
    await migrateWithJobs(leader.url)
  }

  close(): Promise<void> {
    return this.#close()
  }
}

interface NodeSettings {
  readonly name: string
  readonly folder: string
  readonly port: number
  readonly restPort: number
  readonly links: Readonly<Record<'postgres' | 'rest' | 'etcd', TcpProxy>>
  readonly tools: Tools
}

/** A node's patroni.yml: with the settings that docs/operations.md requires, and short times. */
function settingsOf({ name, folder, port, restPort, links, tools }: NodeSettings) {
  return {
    ...{ scope: 'zvirka', name },
    restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${links.rest.port}` },
    // Without `use_proxies` it would ask etcd for its addresses and connect to those directly. By etcd's protocol 2: with protocol 3, Patroni
    // before 3.0.3 lets a primary that resumes overwrite the leader key of the one that has replaced it.
    etcd: { hosts: [`127.0.0.1:${links.etcd.port}`], use_proxies: true },
    bootstrap: {
      dcs: {
        ...{ ttl: TTL_SECONDS, loop_wait: 5, retry_timeout: 5, maximum_lag_on_failover: 1_048_576 },
        ...{ synchronous_mode: true },
        postgresql: {
          use_pg_rewind: true,
          parameters: {
            max_connections: 200,
            wal_log_hints: 'on',
            wal_sender_timeout: '5s',
            wal_receiver_timeout: '5s',
          },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }],
    },
    postgresql: {
      ...{ listen: `127.0.0.1:${port}`, connect_address: `127.0.0.1:${links.postgres.port}` },
      ...{ data_dir: join(folder, 'data'), bin_dir: tools.binaries, use_unix_socket: true },
      pg_hba: ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'],
      authentication: {
        superuser: { username: 'zvirka', password: 'made-up' },
        replication: { username: 'replicator', password: 'made-up' },
      },
      parameters: {
        ...{ unix_socket_directories: folder, shared_buffers: '64MB' },
        // A killed server loses nothing that it has handed to the operating system.
        fsync: 'off',
      },
    },
  }
}

async function startEtcd(tools: Tools, folder: string, user: ServerUser | undefined, stack: AsyncDisposableStack) {
  const [port, peerPort] = [await freePort(), await freePort()]
  const [url, peerUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`]
  const args = [
    ...['--name', 'etcd', '--data-dir', join(folder, 'data'), '--unsafe-no-fsync'],
    ...['--listen-client-urls', url, '--advertise-client-urls', url],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
    ...['--initial-cluster', `etcd=${peerUrl}`, '--enable-v2=true'],
  ]
  const etcd = launch(tools.etcd, args, folder, user)
  stack.defer(() => void etcd.kill('SIGKILL'))
  await until('etcd', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return port
}
