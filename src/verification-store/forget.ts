import type { Query } from '../database/query.ts'
import type { OwnStream } from '../verification/status.ts'

/** Deletes these rows of `mimir` if nobody has their document or UNZR any more (migration 0019). The transaction has locked them. */
export function forgetAnswers(stream: OwnStream, ids: readonly string[]): Query {
  return {
    name: 'forget answers',
    text: 'select zvirka.forget_answers($1, $2) as forgotten',
    values: [stream, ids],
  }
}
