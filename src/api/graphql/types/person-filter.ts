/** What lists of persons and parties take and give alike: filter, order, pages (spec 4.3). */

import type { PeopleFilter } from '../../../people/filter.ts'
import { listOf, type ServedList } from '../../../people/list.ts'
import type { RowOf } from '../../../people/subjects.ts'
import { STREAMS_OF, type Stream, type StreamStatus, type SubjectKind } from '../../../verification/status.ts'
import { unprocessable } from '../../errors.ts'
import { isKeptFromNumbersOf } from '../../mask.ts'
import { type Found, NumberLookups } from '../../number-lookups.ts'
import type { Builder } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import {
  type Connection,
  type ConnectionArguments,
  connectionOf,
  type PageRequest,
  type Place,
  pageOf,
  shownOf,
  TIME_AND_ID,
} from './connections.ts'
import { fieldOf, type VerificationEnums } from './verification-enums.ts'

/** Adds `PersonFilter` or `PartyFilter`. */
export function addFilter(builder: Builder, kind: SubjectKind, enums: VerificationEnums) {
  return builder.inputType(kind === 'person' ? 'PersonFilter' : 'PartyFilter', {
    description: 'Each number, id or name with birth date alone or with any others; without these one status alone.',
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID' }),
      taxId: t.string(),
      ...(kind === 'person' ? { unzr: t.string() } : {}),
      documentNumber: t.string({ description: 'Without regard to case.' }),
      lastName: t.string({
        description: 'Together with birthDate; whatever its case and apostrophe.',
      }),
      birthDate: t.field({ type: 'Date' }),
      verificationStatus: t.field({ type: enums.cumulative }),
      ...Object.fromEntries(
        STREAMS_OF[kind].map((stream: Stream) => [
          `${fieldOf(stream)}VerificationStatus`,
          t.field({ type: enums.status[kind], description: 'Alone not VERIFIED.' }),
        ]),
      ),
    }),
  })
}

/** Adds `PersonOrderBy` or `PartyOrderBy`. */
export function addOrder(builder: Builder, kind: SubjectKind) {
  return builder.enumType(kind === 'person' ? 'PersonOrderBy' : 'PartyOrderBy', {
    values: { INSERTED_AT_ASC: { value: 'asc' }, INSERTED_AT_DESC: { value: 'desc' } } as const,
  })
}

/** The arguments of a list. */
export interface ListArguments extends ConnectionArguments {
  readonly filter?: object | null | undefined
  readonly orderBy?: 'asc' | 'desc' | null | undefined
}

/** Reads a page of a list, and notes for the audit whom it shows. */
export async function readList<K extends SubjectKind>(
  kind: K,
  args: ListArguments,
  context: GraphqlContext,
  operation: string,
): Promise<Connection<RowOf[K]>> {
  const filter = filterOf(args.filter ?? {})
  const list = listOf(kind, filter)
  if (list.kind === 'refused') throw unprocessable(list.reason)
  const page = pageOf(args, TIME_AND_ID)
  const read = () => readPage(list, page, args, context)
  const { taxId, unzr, documentNumber } = filter
  const numbers = { taxId, unzr, documentNumber }
  if (NumberLookups.has(numbers)) {
    const lookup = {
      operation,
      subjectKind: kind,
      numbers,
      besides: whoElse(filter),
      isLimited: isKeptFromNumbersOf(context.principal, kind),
    }
    return context.lookups.look(lookup, read)
  }
  const { value, ids } = await read()
  context.reads.read(operation, kind, ids)
  return value
}

// Statuses tell nobody from another.
function whoElse({ databaseId, lastName, birthDate }: PeopleFilter): string[] {
  const others = Object.entries({ databaseId, lastName, birthDate })
  return others.flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

async function readPage<K extends SubjectKind>(
  list: ServedList<K>,
  page: PageRequest,
  args: ListArguments,
  context: GraphqlContext,
): Promise<Found<Connection<RowOf[K]>>> {
  const rows = await list.read(context.database, {
    ...{ isDescending: args.orderBy !== 'asc', limit: page.size + 1, isFromEnd: page.isFromEnd },
    ...{ after: placeOf(page.after), before: placeOf(page.before) },
  })
  const place = ({ place: at, id }: RowOf[K]) => [at, id]
  const value = connectionOf(page, rows, place, () => list.count(context.database))
  return { value, ids: shownOf(value, rows) }
}

function placeOf(place: Place | undefined) {
  const [at, id] = place ?? []
  if (at === undefined || id === undefined) return undefined
  return { at, id }
}

// Null asks for nothing, like a field that is left out.
function filterOf(given: object): PeopleFilter {
  const fields = new Map(Object.entries(given).filter(([, value]) => value !== null))
  // PostgreSQL's texts cannot hold it, so nobody has it.
  if ([...fields.values()].some((value) => typeof value === 'string' && value.includes('\0'))) {
    throw unprocessable('a value of the filter holds a character that no text may hold')
  }
  const text = (name: string) => fields.get(name) as string | undefined
  const streams = STREAMS_OF.person.flatMap((stream) => {
    const status = fields.get(`${fieldOf(stream)}VerificationStatus`) as StreamStatus | undefined
    return status === undefined ? [] : [[stream, status] as const]
  })
  return {
    ...{ databaseId: text('databaseId'), taxId: text('taxId'), unzr: text('unzr') },
    ...{ documentNumber: text('documentNumber'), lastName: text('lastName'), birthDate: text('birthDate') },
    verificationStatus: text('verificationStatus') as PeopleFilter['verificationStatus'],
    streams: Object.fromEntries(streams),
  }
}
