import type { Query } from '../database/query.ts'
import type { OwnStream } from '../verification/status.ts'

/** Takes away these rows of `mimir` whose document or UNZR nobody has any more (migration 0019). They are locked by the transaction. */
export function forgetAnswers(stream: OwnStream, ids: readonly string[]): Query {
  return {
    name: 'forget answers',
    text: 'select zvirka.forget_answers($1, $2) as forgotten',
    values: [stream, ids],
  }
}
