/** Ids of the demo's cast: the same at every start, so that a document can name them, and of a shape that nothing else has. */

const KINDS = [
  'legal_entity',
  'division',
  'party',
  'employee',
  'person',
  'declaration',
  'contract',
  'candidate',
  'request',
  'user',
] as const

/** What the cast is made of. */
export type CastKind = (typeof KINDS)[number]

/** The id of one of the cast, by its number among its kind. */
export function castId(kind: CastKind, number: number): string {
  return `de300000-0000-4000-8${String(KINDS.indexOf(kind)).padStart(3, '0')}-${String(number).padStart(12, '0')}`
}
