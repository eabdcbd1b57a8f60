/**
 * Key rotation: every value with an older key is re-encrypted with the active one, in small transactions, while other processes read and
 * write. A value that is being written is retried later. An interrupted rotation can be repeated.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { Encryption, Sealed } from './encryption.ts'
import { EncryptionKeyError } from './keys-file.ts'
import { countSealed, lockOthers, replaceSealed, type SealedRow } from './plans/sealed.ts'
import { contextOf, type SealedPlace } from './sealed-place.ts'

/** The number of a place's values with a key. */
export interface SealedCount {
  readonly place: SealedPlace
  readonly keyId: string
  readonly count: number
}

/** The result of a rotation. */
interface Rotation {
  readonly kind: 'done' | 'interrupted'
  readonly resealed: number
  /** Rows whose value cannot be decrypted with the key that it names, as `table id`; they do not change. */
  readonly unreadable: readonly string[]
}

/** Options and callbacks of a rotation. */
interface RotationOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

const AT_ONCE = 100
const PAUSE_MILLISECONDS = 100

/** Counts the values of each place by key. */
export async function countByKey(executor: Executor, places: readonly SealedPlace[]): Promise<readonly SealedCount[]> {
  const counts: SealedCount[] = []
  for (const place of places) {
    const rows = await executor.query<{ key_id: string; count: number }>(countSealed(place))
    counts.push(...rows.map(({ key_id, count }) => ({ place, keyId: key_id, count })))
  }
  return counts
}

/** Re-encrypts all values whose key is not the current one of `encryption`. */
export async function rotate(
  database: Database,
  encryption: Encryption,
  places: readonly SealedPlace[],
  { signal, onProgress }: RotationOptions,
): Promise<Rotation> {
  const keyId = encryption.activeId
  const left = async (some: readonly SealedPlace[]) =>
    (await countByKey(database, some)).filter((each) => each.keyId !== keyId).reduce((sum, { count }) => sum + count, 0)
  const total = await left(places)
  const unreadable: string[] = []
  let resealed = 0
  onProgress?.(0, total)
  for (const place of places) {
    const failed: string[] = []
    for (;;) {
      if (signal.aborted) return { kind: 'interrupted', resealed, unreadable }
      const batch = await resealBatch(database, encryption, place, failed)
      failed.push(...batch.failed)
      unreadable.push(...batch.failed.map((id) => `${place.table} ${id}`))
      resealed += batch.resealed
      onProgress?.(resealed, Math.max(total, resealed))
      if (batch.resealed + batch.failed.length > 0) continue
      if ((await left([place])) <= failed.length) break
      await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
    }
  }
  return { kind: 'done', resealed, unreadable }
}

function resealBatch(database: Database, encryption: Encryption, place: SealedPlace, without: readonly string[]) {
  return database.transaction(async (tx) => {
    const failed: string[] = []
    let resealed = 0
    const rows = await tx.query<SealedRow>(lockOthers(place, { keyId: encryption.activeId, without, limit: AT_ONCE }))
    for (const { id, row, bytes, key_id: keyId } of rows) {
      const context = contextOf(place, row)
      const opened = tryToOpen(encryption, context, { keyId, bytes })
      if (opened === undefined) failed.push(id)
      else {
        await tx.query(replaceSealed(place, id, encryption.seal(context, opened)))
        resealed += 1
      }
    }
    return { resealed, failed }
  })
}

function tryToOpen(encryption: Encryption, context: string, sealed: Sealed): Buffer | undefined {
  try {
    return encryption.open(context, sealed)
  } catch (error) {
    if (error instanceof EncryptionKeyError) return undefined
    throw error
  }
}
