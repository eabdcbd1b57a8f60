/**
 * Field names of a file: object members and columns. An unknown name that resembles a missing one would lose its data, so it is refused;
 * others are ignored and reported at the end.
 */
import { nearestName } from '../dictionaries/nearest.ts'
import { RecordFileError } from '../records/file.ts'
import { shownName } from '../records/shown-name.ts'
import { DOCUMENT_COLUMNS } from './csv-row.ts'
import type { Problem } from './problems.ts'

/** Columns without which no line can be imported (spec 7.1). */
const REQUIRED_COLUMNS = ['id', 'last_name', 'first_name', 'birth_date'] as const
/** Required columns of a document. */
const REQUIRED_OF_DOCUMENTS = ['document_type', 'document_number'] as const

/** The field names of a kind of records, and of the objects in their lists. */
export interface FieldNames {
  readonly fields: readonly string[]
  readonly within: Readonly<Record<string, readonly string[]>>
}

/** Ignored names. `hasOthers`: there were more than are reported, or some that do not look like names and could be data. */
export interface PassedOver {
  readonly names: readonly string[]
  readonly hasOthers: boolean
}

type Fields = Readonly<Record<string, unknown>>

/** Checks the names of one file. */
export class NameCheck {
  readonly #fields: Known
  readonly #within: readonly (readonly [list: string, of: Known])[]
  readonly #columns: Known
  readonly #passedOver = new Set<string>()
  #hasOthers = false

  constructor({ fields, within }: FieldNames) {
    this.#fields = new Known(fields)
    this.#within = Object.entries(within).map(([list, names]) => [list, new Known(names)])
    this.#columns = new Known([...fields.filter((name) => name !== 'documents'), ...DOCUMENT_COLUMNS])
  }

  /** The names ignored so far. */
  get passedOver(): PassedOver {
    return { names: [...this.#passedOver], hasOthers: this.#hasOthers }
  }

  /** The names in a record that resemble missing fields. */
  findMisspelt(record: unknown): Problem[] {
    if (!isObject(record)) return []
    const found = this.#look(record, this.#fields, '', '')
    for (const [list, known] of this.#within) {
      const objects = record[list]
      if (!Array.isArray(objects)) continue
      for (const [place, each] of objects.entries()) {
        if (isObject(each)) found.push(...this.#look(each, known, `${list}.`, `${list}[${place}].`))
      }
    }
    return found
  }

  /** Throws a `RecordFileError` if rows could not be imported, or would lose the content of a column. */
  checkHeader(columns: readonly string[]): void {
    const problems = [...missing(columns), ...comingTwice(columns), ...this.#misspelt(columns)]
    if (problems.length > 0) throw new RecordFileError(`the CSV header ${problems.join('; ')}`)
  }

  #misspelt(columns: readonly string[]): string[] {
    const problems: string[] = []
    for (const [index, column] of columns.entries()) {
      if (this.#columns.has(column)) continue
      const has = `has ${column} in column ${index + 1}`
      const nearest = this.#columns.nearest(column)
      if (column === 'documents') problems.push(`${has}: a row has one document, in ${DOCUMENT_COLUMNS.join(', ')}`)
      else if (nearest !== undefined && !columns.includes(nearest)) {
        problems.push(`${has}, which is unknown: did you mean ${nearest}?`)
      } else this.#passOver(column === '' ? `column ${index + 1}` : column, COLUMN_NAME)
    }
    return problems
  }

  #look(object: Fields, known: Known, level: string, path: string): Problem[] {
    const problems: Problem[] = []
    for (const name of Object.keys(object)) {
      if (known.has(name)) continue
      const nearest = known.nearest(name)
      if (nearest === undefined || Object.hasOwn(object, nearest)) this.#passOver(`${level}${name}`, FIELD_NAME)
      else problems.push({ code: 'misspelt', field: `${path}${shownName(name)}`, nearest })
    }
    return problems
  }

  #passOver(name: string, form: RegExp): void {
    if (this.#passedOver.has(name)) return
    if (form.test(name) && this.#passedOver.size < MOST_NAMES) this.#passedOver.add(name)
    else this.#hasOthers = true
  }
}

const MOST_NAMES = 100
const FIELD_NAME = /^[A-Za-z_][\w.-]{0,59}$/
const COLUMN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,59}$/u

/** Known names; the nearest ones of others are cached, since most files have the same names in every line. */
class Known {
  readonly #names: ReadonlySet<string>
  readonly #nearest = new Map<string, string | undefined>()

  constructor(names: readonly string[]) {
    this.#names = new Set(names)
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  nearest(name: string): string | undefined {
    if (this.#nearest.has(name)) return this.#nearest.get(name)
    const nearest = nearestName(name, [...this.#names])
    if (this.#nearest.size < MOST_NAMES) this.#nearest.set(name, nearest)
    return nearest
  }
}

function missing(columns: readonly string[]): string[] {
  const hasDocuments = DOCUMENT_COLUMNS.some((column) => columns.includes(column))
  const needed = [...REQUIRED_COLUMNS, ...(hasDocuments ? REQUIRED_OF_DOCUMENTS : [])]
  const absent = needed.filter((column) => !columns.includes(column))
  return absent.length === 0 ? [] : [`has no column ${absent.join(', ')}`]
}

function comingTwice(columns: readonly string[]): string[] {
  const places = Map.groupBy(columns.keys(), (index) => columns[index] ?? '')
  return [...places]
    .filter(([column, indexes]) => column !== '' && indexes.length > 1)
    .map(([column, indexes]) => `has ${column} in columns ${indexes.map((index) => index + 1).join(' and ')}`)
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
