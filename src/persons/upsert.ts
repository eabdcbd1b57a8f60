/**
 * Writes records of persons (spec 2.8, 7.1, 7.3). Each is compared with what the last import brought, so that a UNZR that step 1.1
 * cleared is no change:
 * - one who is not there is put in, with the streams that the record gives;
 * - one who is there and whose names, birth date, gender, tax id, UNZR or documents differ is replaced, and triggered;
 * - one of whom only status or is_active differ gets these, and is not triggered;
 * - any other is not touched, and not even locked.
 *
 * Order of locks (spec 1.8): the verification rows of all who seem to differ, by their ids; what differs is then looked at once more in
 * a later statement, which sees what was committed meanwhile; then persons, documents and the rest.
 */
import type { Executor } from '../database/query.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import { lockVerifications } from '../verification-store/lock.ts'
import { triggerStreams } from '../verification-store/trigger.ts'
import { type DigestedPerson, digestOf, hasSameContent } from './digest.ts'
import { type Draft, draftOf } from './draft.ts'
import { insertPersons } from './plans/insert.ts'
import { type KnownPerson, knownPersons, provideVerifications, storedPersons } from './plans/known.ts'
import { keepDigests, replacePersons, switchPersons } from './plans/replace.ts'
import type { PersonRecord } from './record.ts'

/** What became of a record; `switched`: only status or is_active changed. */
export type Upserted = 'new' | 'changed' | 'switched' | 'unchanged'

/** In whose name records are written. */
export interface Upserting {
  readonly userId: string
  /** Of the import, or of one request; kept with the digests. */
  readonly importId: string
}

/**
 * Writes these records inside the transaction `tx` and tells what became of each, by the person's id. No id may come twice. A person whom
 * somebody else puts in at the same moment makes it fail with a unique violation; done again, it finds the person there.
 */
export async function upsertPersons(
  tx: Executor,
  persons: readonly Sensitive<PersonRecord>[],
  by: Upserting,
): Promise<ReadonlyMap<string, Upserted>> {
  const drafts = persons.map(draftOf).sort((left, right) => (left.id < right.id ? -1 : 1))
  const known = await findKnown(tx, drafts)
  const fates = new Map<string, Upserted>(drafts.map(({ id }) => [id, known.has(id) ? 'unchanged' : 'new']))

  const differing = drafts.filter((draft) => seemsToDiffer(draft, known.get(draft.id)))
  if (differing.length > 0) {
    await lockAll(tx, differing, by.userId)
    for (const [id, fate] of await compare(tx, differing)) fates.set(id, fate)
  }
  const of = (fate: Upserted) => drafts.filter(({ id }) => fates.get(id) === fate)
  await write(tx, { added: of('new'), changed: of('changed'), switched: of('switched') }, by)
  const compared = differing.filter(({ id }) => fates.get(id) !== 'new')
  if (compared.length > 0) await tx.query(keepDigests(compared, by.importId))
  return fates
}

// One without a digest must be compared with what is stored.
function seemsToDiffer({ digest }: Draft, known: KnownPerson | undefined): boolean {
  return known !== undefined && (known.digest === null || !known.digest.equals(digest))
}

async function findKnown(tx: Executor, drafts: readonly Draft[]): Promise<Map<string, KnownPerson>> {
  const rows = await tx.query<KnownPerson>(knownPersons(drafts.map(({ id }) => id)))
  return new Map(rows.map((row) => [row.id, row]))
}

async function lockAll(tx: Executor, drafts: readonly Draft[], userId: string): Promise<void> {
  const ids = drafts.map(({ id }) => id)
  const locked = await tx.query(lockVerifications('person', ids))
  if (locked.length === ids.length) return
  await tx.query(provideVerifications(ids, userId))
  await tx.query(lockVerifications('person', ids))
}

/** What differs, seen under the locks. */
async function compare(tx: Executor, drafts: readonly Draft[]): Promise<Map<string, Upserted>> {
  const known = await findKnown(tx, drafts)
  const without = [...known.values()].filter(({ digest }) => digest === null).map(({ id }) => id)
  const stored = without.length === 0 ? [] : await tx.query<DigestedPerson>(storedPersons(without))
  const digests = new Map<string, Buffer | null>([...known.values()].map(({ id, digest }) => [id, digest]))
  for (const person of stored) digests.set(person.id, digestOf(person))
  return new Map(drafts.map(({ id, digest }) => [id, fateOf(digest, digests.get(id) ?? undefined)]))
}

function fateOf(brought: Buffer, before: Buffer | undefined): Upserted {
  if (before === undefined || !hasSameContent(brought, before)) return 'changed'
  return brought.equals(before) ? 'unchanged' : 'switched'
}

interface Writes {
  readonly added: readonly Draft[]
  readonly changed: readonly Draft[]
  readonly switched: readonly Draft[]
}

async function write(tx: Executor, { added, changed, switched }: Writes, by: Upserting): Promise<void> {
  if (changed.length > 0) {
    await tx.query(replacePersons(changed, by.userId))
    await tx.query(
      triggerStreams(
        'person',
        changed.map(({ triggered }) => triggered),
        by.userId,
      ),
    )
  }
  if (switched.length > 0) await tx.query(switchPersons(switched, by.userId))
  if (added.length > 0) await tx.query(insertPersons(added, by.importId, by.userId))
}
