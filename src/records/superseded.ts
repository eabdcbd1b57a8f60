/**
 * Finds the lines superseded by a later line with the same id (spec 7.3: of one id twice in a file the later counts). They are found before
 * anything is written, so that the result is as if only the later ones existed, however far apart they are. 36 million ids do not fit into
 * this process: the database sorts them, in a temporary table that ends with the transaction.
 */
import { pipeline } from 'node:stream/promises'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { Database } from '../database/database.ts'
import { linesOf } from './lines.ts'

/** The line of a record with an id. */
export interface RecordPlace {
  readonly id: string
  readonly line: number
}

/** Line numbers of a file, to query in file order. */
export class LineNumbers {
  readonly #numbers: Float64Array
  #next = 0

  constructor(numbers: Float64Array) {
    this.#numbers = numbers
  }

  get count(): number {
    return this.#numbers.length
  }

  /** Whether the line is among them; earlier lines can no longer be queried. */
  has(line: number): boolean {
    while ((this.#numbers[this.#next] ?? Number.POSITIVE_INFINITY) < line) this.#next += 1
    return this.#numbers[this.#next] === line
  }
}

/** Finds the lines whose id occurs again later. */
export async function findSuperseded(
  database: Database,
  places: AsyncIterable<readonly RecordPlace[]>,
): Promise<LineNumbers> {
  return database.withClient(async (client) => {
    await client.query('begin')
    try {
      await client.query('create temp table record_place (id uuid, line bigint) on commit drop')
      await pipeline(asCopyText(places), client.query(copyFrom('copy pg_temp.record_place from stdin')))
      const source = client.query(
        copyTo(`copy (
          select line from (select line, lead(line) over (partition by id order by line) is not null as is_superseded
                              from pg_temp.record_place) places
           where is_superseded order by line) to stdout`),
      )
      return new LineNumbers(await numbersOf(source))
    } finally {
      await client.query('rollback').catch(() => undefined)
    }
  })
}

async function* asCopyText(places: AsyncIterable<readonly RecordPlace[]>): AsyncGenerator<string> {
  for await (const chunk of places) yield chunk.map(({ id, line }) => `${id}\t${line}\n`).join('')
}

async function numbersOf(chunks: AsyncIterable<Buffer>): Promise<Float64Array> {
  let numbers = new Float64Array(1024)
  let count = 0
  for await (const lines of linesOf(chunks)) {
    for (const { bytes } of lines) {
      if (count === numbers.length) {
        const grown = new Float64Array(count * 2)
        grown.set(numbers)
        numbers = grown
      }
      numbers[count] = Number(bytes.toString('latin1'))
      count += 1
    }
  }
  return numbers.subarray(0, count)
}
