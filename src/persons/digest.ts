import { hash } from 'node:crypto'
import type { DocumentRecord, PersonRecord } from './record.ts'

/** What a digest is of: a record of 7.3, or a person as it is stored. `verification` is no part of it. */
export type DigestedPerson = Omit<PersonRecord, 'verification'>

/**
 * What the last import brought, in 33 bytes: the SHA-256 of everything whose change triggers (spec 2.8), and one byte with status and
 * is_active, whose change alone triggers nothing. The order of the documents counts, since the choice among them may hang on it.
 */
export function digestOf(person: DigestedPerson): Buffer {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr, documents } = person
  const canonical = JSON.stringify([
    [last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr],
    documents.map(documentValues),
  ])
  const flags = (person.status === 'active' ? 1 : 0) + (person.is_active ? 2 : 0)
  return Buffer.concat([hash('sha256', canonical, 'buffer'), Buffer.of(flags)])
}

function documentValues({ type, number, issued_at, expiration_date, issued_by }: DocumentRecord) {
  return [type, number, issued_at, expiration_date, issued_by]
}

const CONTENT_BYTES = 32

/** Whether two digests are of the same content, whatever status and is_active are. */
export function hasSameContent(left: Buffer, right: Buffer): boolean {
  return left.subarray(0, CONTENT_BYTES).equals(right.subarray(0, CONTENT_BYTES))
}
