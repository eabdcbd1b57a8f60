import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { clientClass, OwnSocketClient } from './connection.ts'
import type { Executor, Query } from './query.ts'
import type { Role } from './roles.ts'
import { sqlState, sqlStates } from './sql-state.ts'

/** Options of a process's database access. Times are in milliseconds; by default the server's settings apply. */
export interface DatabaseOptions {
  /** `postgres://…`, possibly with several hosts: each connection goes to the writable one. */
  readonly url: string
  /** The role that every session sets at its start. */
  readonly role: Role
  readonly applicationName: string
  /** Maximum number of connections. */
  readonly max: number
  readonly idleInTransactionMs?: number
  readonly lockTimeoutMs?: number
  readonly statementTimeoutMs?: number
  readonly tcpUserTimeoutMs?: number
  /**
   * After this time without an answer a connection counts as dead and is closed on our side; otherwise a silently lost one would be waited
   * for forever. Statements that may take longer declare it (`Query.mayTakeLong`). Connecting has the same limit, at most 10 s.
   */
  readonly answerMs?: number
  /** Further settings of every session. */
  readonly session?: Readonly<Record<string, string | number>>
}

/**
 * A pool of connections to one database under one role. A single statement is its own transaction: it is retried after a deadlock or a
 * serialization failure (spec 1.8).
 */
export interface Database extends Executor {
  /**
   * Runs `work` in one transaction (READ COMMITTED). After a deadlock or a serialization failure all of it is retried (spec 1.8), so `work`
   * must have no effects besides its statements.
   */
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>
  /** Runs `work` on one connection without a transaction. */
  pinned<T>(work: (client: Executor) => Promise<T>): Promise<T>
  /** Lends a raw connection, for COPY and LISTEN. It must be returned clean. */
  withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** The pool's connections now, and the number of waiting callers. */
  use(): { readonly total: number; readonly idle: number; readonly waiting: number }
  /**
   * Waits for open work and closes all connections; work that is still open after `graceMs`, if given, is aborted and fails.
   * May be called again.
   */
  close(graceMs?: number): Promise<void>
}

const MAX_ATTEMPTS = 10
const LONGEST_CONNECT_MS = 10_000
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 500

/** Runs statements on one client, with a time limit for each answer. */
class ClientExecutor implements Executor {
  readonly #client: pg.ClientBase
  readonly #answerMs: number | undefined

  constructor(client: pg.ClientBase, answerMs: number | undefined) {
    this.#client = client
    this.#answerMs = answerMs
  }

  async query<Row>(query: Query): Promise<Row[]> {
    return (await this.run(query)).rows as Row[]
  }

  async run({ text, values, name, mayTakeLong }: Query): Promise<pg.QueryResult> {
    const config: pg.QueryConfig<unknown[]> = { text }
    if (values !== undefined) config.values = values as unknown[]
    if (name !== undefined) config.name = name
    const answer = this.#client.query<pg.QueryResultRow, unknown[]>(config)
    if (this.#answerMs === undefined || mayTakeLong === true) return answer
    const silence = setTimeout(() => breakOff(this.#client), this.#answerMs)
    try {
      return await answer
    } finally {
      clearTimeout(silence)
    }
  }
}

function breakOff(client: pg.ClientBase): void {
  if (client instanceof OwnSocketClient) client.breakOff()
}

function isWorthAnotherAttempt(error: unknown): boolean {
  const state = sqlState(error)
  return state === sqlStates.deadlockDetected || state === sqlStates.serializationFailure
}

function pauseMs(attempt: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
}

async function again<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isWorthAnotherAttempt(error)) throw error
      await delay(pauseMs(attempt))
    }
  }
}

/** The connection was lost before a commit was acknowledged: the transaction may or may not have been committed. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError'

  constructor(cause: unknown) {
    super('the connection was lost during a commit: it is unknown whether the transaction was committed', { cause })
  }
}

const WRITE = /^\s*(insert|update|delete|with)\b/i
// After any other error of a commit, nothing was committed.
const LOST_IN_COMMIT = /^(08|57P)/

async function orUnknown<T>(keeping: Promise<T>): Promise<T> {
  return keeping.catch((error: unknown) => {
    const state = sqlState(error)
    throw state === undefined || LOST_IN_COMMIT.test(state) ? new OutcomeUnknownError(error) : error
  })
}

async function commit(tx: ClientExecutor): Promise<void> {
  const { command } = await orUnknown(tx.run({ text: 'commit' }))
  // The server answers ROLLBACK if an error was ignored inside: the transaction was not committed.
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back because a statement in it failed')
}

async function runTransaction<T>(tx: ClientExecutor, work: (tx: Executor) => Promise<T>): Promise<T> {
  await tx.run({ text: 'begin isolation level read committed' })
  try {
    const result = await work(tx)
    await commit(tx)
    return result
  } catch (error) {
    // If the connection is gone this fails as well, with less information than the first error.
    await tx.run({ text: 'rollback' }).catch(() => undefined)
    throw error
  }
}

function sessionSettings(options: DatabaseOptions): Record<string, string | number> {
  const session: Record<string, string | number> = { role: options.role, jit: 'off', ...options.session }
  const times = {
    idle_in_transaction_session_timeout: options.idleInTransactionMs,
    lock_timeout: options.lockTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    tcp_user_timeout: options.tcpUserTimeoutMs,
  }
  for (const [name, value] of Object.entries(times)) if (value !== undefined) session[name] = value
  return session
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool
  readonly #answerMs: number | undefined
  /** Includes those being established. */
  readonly #clients = new Set<OwnSocketClient>()
  /** Rejects the callers that wait for a connection. */
  readonly #waiting = new Set<(error: Error) => void>()
  #closing: Promise<void> | undefined

  constructor(options: DatabaseOptions) {
    const { url, applicationName, max, answerMs } = options
    this.#answerMs = answerMs
    const connectMs = answerMs === undefined ? {} : { connectMs: Math.min(answerMs, LONGEST_CONNECT_MS) }
    const session = sessionSettings(options)
    const Client = this.#known(clientClass({ url, applicationName, session, ...connectMs }))
    this.#pool = new pg.Pool({ max, Client })
    // Lost while idle: the pool opens another when one is needed.
    this.#pool.on('error', () => undefined)
  }

  #known(Client: new () => OwnSocketClient): new () => OwnSocketClient {
    const clients = this.#clients
    return class extends Client {
      constructor() {
        super()
        clients.add(this)
        this.onceGone(() => clients.delete(this))
      }
    }
  }

  query<Row>(query: Query): Promise<Row[]> {
    // Not the pool's own `query`: that one closes the connection after every failed statement.
    const isWrite = WRITE.test(query.text)
    return again(() =>
      this.pinned((client) => (isWrite ? orUnknown(client.query<Row>(query)) : client.query<Row>(query))),
    )
  }

  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    return again(() => this.withClient((client) => runTransaction(this.#executorOn(client), work)))
  }

  pinned<T>(work: (client: Executor) => Promise<T>): Promise<T> {
    return this.withClient((client) => work(this.#executorOn(client)))
  }

  async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connectToPrimary()
    let servesReadsOnly = false
    try {
      return await work(client)
    } catch (error) {
      // The server has become a standby: the next connection searches for the primary.
      servesReadsOnly = sqlState(error) === sqlStates.readOnlyTransaction
      throw error
    } finally {
      client.release(servesReadsOnly || client.getTransactionStatus() !== 'I')
    }
  }

  async #connectToPrimary(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#connect()
      if (!(client instanceof OwnSocketClient && client.isOutdated)) return client
      client.release(true)
    }
  }

  // A pool that ends forgets its waiting callers, which would wait forever.
  #connect(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      void this.#pool
        .connect()
        .then(resolve, reject)
        .finally(() => this.#waiting.delete(reject))
    })
  }

  #executorOn(client: pg.PoolClient): ClientExecutor {
    return new ClientExecutor(client, this.#answerMs)
  }

  use(): { total: number; idle: number; waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool
    return { total, idle, waiting }
  }

  #breakOff(): void {
    for (const client of this.#clients) client.breakOff()
    for (const end of this.#waiting) end(new Error('the database was closed'))
  }

  close(graceMs?: number): Promise<void> {
    const closing = this.#closing ?? this.#pool.end()
    this.#closing = closing
    if (graceMs !== undefined) {
      const grace = setTimeout(() => this.#breakOff(), graceMs)
      void closing.finally(() => clearTimeout(grace))
    }
    return closing
  }
}

/** Opens a pool. Connections are established on demand, so this itself does not fail. */
export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options)
}
