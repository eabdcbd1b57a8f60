/** Reads the facts about claimed subjects that the pre-check uses. */
import type { Executor, Query } from '../database/query.ts'
import { type IdentityDocument, PASSPORT_TYPES } from '../verification/documents.ts'
import type { Identity, Subject } from '../verification/rules.ts'
import { KINDS } from '../verification-store/kinds.ts'
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
  for (const { subject_id, ...document } of await executor.query<DocumentRow>(documentsOf(process, ids))) {
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

function documentsOf(process: SyncProcess, ids: readonly string[]): Query {
  const { documents, subjectId } = KINDS[process.kind]
  return {
    name: `documents of ${process.kind}`,
    text: `select ${subjectId} as subject_id, id, type, number, issued_at, expiration_date,
                  (extract(epoch from inserted_at) * 1000000)::bigint as inserted_at
             from ${documents} where ${subjectId} = any ($1::uuid[]) and type = any ($2::text[])`,
    values: [ids, PASSPORT_TYPES],
  }
}

// Only persons have a UNZR (spec 1.3).
function identitiesOf(process: SyncProcess, ids: readonly string[]): Query {
  return {
    name: `identities of ${process.kind}`,
    text: `select id, ${process.kind === 'person' ? 'unzr' : 'null as unzr'}, tax_id, no_tax_id,
                  last_name, first_name, second_name, birth_date
             from ${KINDS[process.kind].subjects} where id = any ($1::uuid[])`,
    values: [ids],
  }
}
