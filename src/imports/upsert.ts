/**
 * Writes records of people (spec 2.8, 7.1, 7.3). Each is compared with its last import, so that a UNZR that step 1.1 cleared does not count
 * as a change:
 *
 * - A new subject is inserted, with the streams of the record.
 * - A subject with changed checked data is replaced, and triggered.
 * - If only other data changed (a person's status and is_active; a party's employees, phones …), it is written without a trigger.
 * - An erased subject is refused.
 * - Any other subject is not touched, not even locked.
 *
 * Lock order (spec 1.8): the legal entities and divisions of employees; the verification rows of all who seem to differ, by id; then the
 * differences are checked again in a later statement, which sees what was committed meanwhile; then subjects, documents and the rest.
 */
import type { Executor, Query } from '../database/query.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import type { SubjectKind } from '../verification/status.ts'
import { lockProvided } from '../verification-store/lock.ts'
import { triggerStreams } from '../verification-store/trigger.ts'
import { hasSameContent } from './digest.ts'
import type { Draft } from './draft.ts'
import { type KnownSubject, keepDigests, knownSubjects } from './plans/known.ts'
import {
  ERASED,
  type ErasedRefusal,
  type RecordKind,
  type RecordRefusal,
  type Upserted,
  type Upserting,
} from './record-kind.ts'

/**
 * Writes these records in the transaction `tx` and returns the outcome of each by the subject's id. Ids must be unique. If records compete
 * for a value, their order decides. A concurrently inserted subject causes a unique violation; when retried, it is found (`retryOnConflict`).
 */
export function upsertRecords<R, D extends Draft, F extends RecordRefusal>(
  tx: Executor,
  of: RecordKind<R, D, F>,
  records: readonly Sensitive<R>[],
  by: Upserting,
): Promise<ReadonlyMap<string, Upserted | F | ErasedRefusal>> {
  return upsertDrafts(tx, of, records.map(of.draftOf), by)
}

/** The same for one record. */
export async function upsertRecord<R, D extends Draft, F extends RecordRefusal>(
  tx: Executor,
  of: RecordKind<R, D, F>,
  record: Sensitive<R>,
  by: Upserting,
): Promise<Upserted | F | ErasedRefusal> {
  const [fate] = (await upsertRecords(tx, of, [record], by)).values()
  if (fate === undefined) throw new Error('the record has no outcome')
  return fate
}

async function upsertDrafts<R, D extends Draft, F extends RecordRefusal>(
  tx: Executor,
  of: RecordKind<R, D, F>,
  drafts: readonly D[],
  by: Upserting,
): Promise<Map<string, Upserted | F | ErasedRefusal>> {
  const byId = drafts.toSorted((left, right) => (left.id < right.id ? -1 : 1))
  const known = await findKnown(tx, of.kind, byId)
  const isNew = ({ id }: Draft) => !known.has(id)
  const differs = (draft: Draft) => seemsToDiffer(draft, known.get(draft.id))
  const differing = byId.filter(differs)
  // In their original order.
  const prepared = await of.prepare(
    tx,
    drafts.filter((draft) => isNew(draft) || differs(draft)),
  )
  if (prepared.kind === 'order_counts') {
    await lockAll(tx, of.kind, differing, by.userId)
    const middle = drafts.length >> 1
    const first = await upsertDrafts(tx, of, drafts.slice(0, middle), by)
    return new Map([...first, ...(await upsertDrafts(tx, of, drafts.slice(middle), by))])
  }
  const { refused } = prepared
  const differingStill = differing.filter(({ id }) => !refused.has(id))
  const erased = await lockAll(tx, of.kind, differingStill, by.userId)
  const isTaken = ({ id }: Draft) => !refused.has(id) && !erased.includes(id)
  const compared = differingStill.filter(isTaken)
  const fates = new Map<string, Upserted>([
    ...byId.map(({ id }) => [id, 'unchanged'] as const),
    ...byId.filter(isNew).map(({ id }) => [id, 'new'] as const),
    ...(await compare(tx, of, compared)),
  ])
  const fated = (fate: Upserted) => byId.filter((draft) => isTaken(draft) && fates.get(draft.id) === fate)
  await write(tx, of, { added: fated('new'), changed: fated('changed'), switched: fated('switched') }, by)
  if (compared.length > 0) await tx.query(keepDigests(of.kind, compared, by.importId))
  return new Map<string, Upserted | F | ErasedRefusal>([
    ...fates,
    ...refused,
    ...erased.map((id) => [id, ERASED] as const),
  ])
}

// A subject without a digest must be compared with the stored data.
function seemsToDiffer({ digest }: Draft, known: KnownSubject | undefined): boolean {
  return known !== undefined && (known.digest === null || !known.digest.equals(digest))
}

async function findKnown(
  tx: Executor,
  kind: SubjectKind,
  drafts: readonly Draft[],
): Promise<Map<string, KnownSubject>> {
  const ids = drafts.map(({ id }) => id)
  const rows = await tx.query<KnownSubject>(knownSubjects(kind, ids))
  return new Map(rows.map((row) => [row.id, row]))
}

/** Locks them, and returns the erased ones. */
async function lockAll(tx: Executor, kind: SubjectKind, drafts: readonly Draft[], userId: string): Promise<string[]> {
  if (drafts.length === 0) return []
  const ids = drafts.map(({ id }) => id)
  const locked = await lockProvided(tx, kind, ids, userId)
  return locked.filter((row) => row.is_erased).map((row) => row.subject_id)
}

/** The differences, checked under the locks. */
async function compare<R, D extends Draft, F extends RecordRefusal>(
  tx: Executor,
  of: RecordKind<R, D, F>,
  drafts: readonly D[],
): Promise<Map<string, Upserted>> {
  if (drafts.length === 0) return new Map()
  const known = await findKnown(tx, of.kind, drafts)
  const digests = new Map<string, Buffer | null>([...known.values()].map(({ id, digest }) => [id, digest]))
  const without = drafts.filter(({ id }) => known.get(id)?.digest === null)
  const stored = without.length === 0 ? new Map<string, Buffer>() : await of.storedDigests(tx, without)
  for (const [id, digest] of stored) digests.set(id, digest)
  return new Map(drafts.map(({ id, digest }) => [id, fateOf(digest, digests.get(id) ?? undefined)]))
}

function fateOf(brought: Buffer, before: Buffer | undefined): Upserted {
  if (before === undefined || !hasSameContent(brought, before)) return 'changed'
  return brought.equals(before) ? 'unchanged' : 'switched'
}

interface Writes<D> {
  readonly added: readonly D[]
  readonly changed: readonly D[]
  readonly switched: readonly D[]
}

async function write<R, D extends Draft, F extends RecordRefusal>(
  tx: Executor,
  of: RecordKind<R, D, F>,
  { added, changed, switched }: Writes<D>,
  by: Upserting,
): Promise<void> {
  const queries: Query[] = []
  if (changed.length > 0) {
    const triggered = changed.map((draft) => draft.triggered)
    queries.push(...of.replace(changed, by.userId), triggerStreams(of.kind, triggered, by.userId, by.served))
  }
  if (switched.length > 0) queries.push(...of.switch(switched, by.userId))
  if (added.length > 0) queries.push(...of.insert(added, by))
  for (const query of queries) await tx.query(query)
}
