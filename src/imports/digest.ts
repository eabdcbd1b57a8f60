/** Digests of imported records: they detect changes without storing personal data twice (spec 7.3). */
import { hash } from 'node:crypto'
import type { DocumentRecord } from './fields.ts'

const CONTENT_BYTES = 32

/**
 * A digest: the SHA-256 of everything whose change triggers (spec 2.8), followed by the unchecked fields. The order of documents matters,
 * since the choice among them may depend on it.
 */
export function digestOfParts(fields: readonly unknown[], documents: readonly DocumentRecord[], rest: Buffer): Buffer {
  const content = sha256([fields, documents.map(documentValues)])
  return Buffer.concat([content, rest])
}

/** The SHA-256 of a value as JSON. */
export function sha256(value: unknown): Buffer {
  return hash('sha256', JSON.stringify(value), 'buffer')
}

function documentValues({ type, number, issued_at, expiration_date, issued_by }: DocumentRecord) {
  return [type, number, issued_at, expiration_date, issued_by]
}

/** Whether the first parts of two digests, the checked content, are equal. */
export function hasSameContent(left: Buffer, right: Buffer): boolean {
  return left.subarray(0, CONTENT_BYTES).equals(right.subarray(0, CONTENT_BYTES))
}
