/** Reads what the pre-check of claimed subjects looks at. */
import type { Executor, Query } from '../database/query.ts'
import { type IdentityDocument, PASSPORT_TYPES } from '../verification/documents.ts'
import type { Subject } from '../verification/rules.ts'
import { KINDS } from '../verification-store/kinds.ts'
import type { SyncProcess } from './process.ts'

interface DocumentRow extends IdentityDocument {
  readonly subject_id: string
}

/** The subjects with these ids, in the same order; one without documents has none. */
export async function findSubjects(
  executor: Executor,
  process: SyncProcess<unknown>,
  ids: readonly string[],
): Promise<{ id: string; subject: Subject }[]> {
  const documents = new Map<string, IdentityDocument[]>()
  for (const { subject_id, ...document } of await executor.query<DocumentRow>(documentsOf(process, ids))) {
    const known = documents.get(subject_id)
    if (known === undefined) documents.set(subject_id, [document])
    else known.push(document)
  }
  return ids.map((id) => ({ id, subject: { documents: documents.get(id) ?? [] } }))
}

function documentsOf(process: SyncProcess<unknown>, ids: readonly string[]): Query {
  const { documents, subjectId } = KINDS[process.kind]
  return {
    name: `documents of ${process.kind}`,
    text: `select ${subjectId} as subject_id, id, type, number, issued_at, expiration_date,
                  (extract(epoch from inserted_at) * 1000000)::bigint as inserted_at
             from ${documents} where ${subjectId} = any ($1::uuid[]) and type = any ($2::text[])`,
    values: [ids, PASSPORT_TYPES],
  }
}
