/** Reads the facts about claimed subjects that the pre-check uses. */
import type { Executor } from '../database/query.ts'
import type { IdentityDocument } from '../verification/documents.ts'
import type { Identity, Subject } from '../verification/rules.ts'
import { identitiesOf, passportsOf } from './plans/subjects.ts'
import type { SyncProcess } from './process.ts'

/** A claimed subject, with those facts that its process uses. */
interface Found {
  readonly id: string
  readonly subject: Subject
}

/** The subjects with these ids, in the same order. */
export function readClaimedSubjects(
  executor: Executor,
  process: SyncProcess,
  ids: readonly string[],
): Promise<Found[]> {
  switch (process.rules.looksAt) {
    case 'documents':
      return findDocuments(executor, process, ids)
    case 'identity':
      return findIdentities(executor, process, ids)
    case 'both':
      return findBoth(executor, process, ids)
  }
}

async function findBoth(executor: Executor, process: SyncProcess, ids: readonly string[]): Promise<Found[]> {
  const documents = await findDocuments(executor, process, ids)
  const identities = await findIdentities(executor, process, ids)
  return identities.map(({ id, subject }, index) => ({
    id,
    subject: { ...subject, documents: documents[index]?.subject.documents ?? [] },
  }))
}

interface DocumentRow extends IdentityDocument {
  readonly subject_id: string
}

async function findDocuments(executor: Executor, process: SyncProcess, ids: readonly string[]): Promise<Found[]> {
  const documents = new Map<string, IdentityDocument[]>()
  for (const { subject_id, ...document } of await executor.query<DocumentRow>(passportsOf(process, ids))) {
    const known = documents.get(subject_id)
    if (known === undefined) documents.set(subject_id, [document])
    else known.push(document)
  }
  return ids.map((id) => ({ id, subject: { documents: documents.get(id) ?? [] } }))
}

interface IdentityRow extends Identity {
  readonly id: string
}

async function findIdentities(executor: Executor, process: SyncProcess, ids: readonly string[]): Promise<Found[]> {
  const rows = await executor.query<IdentityRow>(identitiesOf(process, ids))
  const identities = new Map(rows.map(({ id, ...identity }) => [id, identity]))
  return ids.map((id) => {
    const identity = identities.get(id)
    return { id, subject: { documents: [], ...(identity === undefined ? {} : { identity }) } }
  })
}
