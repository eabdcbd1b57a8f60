/**
 * Records of sign-ins and refusals, limited in number, because a flood must not fill the database. Up to a limit per minute, for each
 * address and each process, they are recorded one by one; beyond it they are counted, and the count is recorded once a minute.
 */
import type { Database } from '../database/database.ts'
import { type AuditEntry, type Author, audit } from './audit.ts'

/** Limits per minute in one API process: for one user or, if unknown, one address; for all known and for all unknown ones. */
export const ACCESS_LIMITS = { each: 30, all: 300, counters: 100 } as const

/** The request id of a record that covers several requests. */
export const SEVERAL = 'several'

const MINUTE_MILLISECONDS = 60_000

/** Where counts are logged. */
interface AccessLog {
  info(fields: { state: string; reason: string; counts: { occurrences: number } }, message: string): void
  error(fields: { error: unknown; counts: { occurrences: number } }, message: string): void
}

interface Counted {
  readonly author: Author
  readonly entry: AuditEntry
  occurrences: number
}

/** Records actions that anybody can cause. */
export class AccessAudit {
  readonly #database: Database
  readonly #log: AccessLog
  readonly #recorded = new Map<string, number>()
  readonly #counted = new Map<string, Counted>()
  #minute: NodeJS.Timeout | undefined

  constructor(database: Database, log: AccessLog) {
    this.#database = database
    this.#log = log
  }

  /** Records an action now; refusals over this minute's limit are only counted. */
  async record(author: Author, entry: AuditEntry): Promise<void> {
    if ((entry.result ?? 'done') === 'done') return audit(this.#database, author, entry)
    this.#minute ??= setTimeout(() => void this.endMinute(), MINUTE_MILLISECONDS).unref()
    if (this.#isTooMany(author)) this.#count(author, entry)
    else await audit(this.#database, author, entry)
  }

  #isTooMany({ userId, address }: Author): boolean {
    const places: readonly (readonly [string, number])[] = [
      [`of ${userId ?? address}`, ACCESS_LIMITS.each],
      [userId === undefined ? 'unknown' : 'known', ACCESS_LIMITS.all],
    ]
    if (places.some(([place, most]) => (this.#recorded.get(place) ?? 0) >= most)) return true
    for (const [place] of places) this.#recorded.set(place, (this.#recorded.get(place) ?? 0) + 1)
    return false
  }

  // Beyond the limit, user and address are not kept: the number of different operations is limited, the number of those is not.
  #count(
    { userId, clientId, tokenId, address }: Author,
    { action, operation, result = 'done', subjectKind }: AuditEntry,
  ): void {
    const act = `${action} ${operation} ${result}`
    const key = `${act} ${tokenId ?? userId ?? address}`
    const isRoom = this.#counted.has(key) || this.#counted.size < ACCESS_LIMITS.counters
    const author = { requestId: SEVERAL, ...(isRoom ? { userId, clientId, tokenId, address } : {}) }
    const entry = { action, operation, subjectKind, subjectIds: [], result }
    const known = this.#counted.get(isRoom ? key : act) ?? { author, entry, occurrences: 0 }
    known.occurrences += 1
    this.#counted.set(isRoom ? key : act, known)
  }

  /** Ends the minute: records what was only counted. Called periodically, and when the process stops. */
  async endMinute(): Promise<void> {
    clearTimeout(this.#minute)
    this.#minute = undefined
    const counted = [...this.#counted.values()]
    this.#counted.clear()
    this.#recorded.clear()
    for (const { author, entry, occurrences } of counted) {
      try {
        await audit(this.#database, author, { ...entry, occurrences })
        this.#log.info(
          { state: entry.result ?? 'done', reason: entry.operation, counts: { occurrences } },
          'more refusals than are recorded one by one',
        )
      } catch (error) {
        this.#log.error({ error, counts: { occurrences } }, 'could not record the counted refusals in the audit')
      }
    }
  }
}
