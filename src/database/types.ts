import pg from 'pg'

const DATE = 1082
const DATE_ARRAY = 1182
const INT8 = 20
const INT8_ARRAY = 1016
const TEXT_ARRAY = 1009

const parseTextArray = pg.types.getTypeParser(TEXT_ARRAY as never, 'text') as (value: string) => (string | null)[]

/** An int8 as a number; beyond 2^53 a bigint, which fails loudly in arithmetic instead of being wrong quietly. */
function parseInt8(value: string): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : BigInt(value)
}

const parsers = new Map<number, (value: string) => unknown>([
  // A calendar date has no zone: as a JavaScript Date it would shift with the process's zone.
  [DATE, (value) => value],
  [DATE_ARRAY, parseTextArray],
  [INT8, parseInt8],
  [INT8_ARRAY, (value) => parseTextArray(value).map((item) => (item === null ? null : parseInt8(item)))],
])

/** Result types: as in `pg`, but `date` is the text YYYY-MM-DD and int8 a number if exact. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format ?? 'text') === 'text' && parsers.has(oid)
      ? parsers.get(oid)
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}
