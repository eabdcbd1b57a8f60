/** Ids of the demo's cast: the same at every start, so that documents can name them, and recognisable by their format. */

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

/** The kinds of records in the cast. */
type CastKind = (typeof KINDS)[number]

/** The id of a cast record, by its number within the kind. */
export function castId(kind: CastKind, number: number): string {
  return `de300000-0000-4000-8${String(KINDS.indexOf(kind)).padStart(3, '0')}-${String(number).padStart(12, '0')}`
}
