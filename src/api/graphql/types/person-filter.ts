/** Common to lists of persons and parties: filter, order, pages (spec 4.3). */
import type { EnumRef } from '@pothos/core'
import { DOCUMENT_TYPES } from '../../../dictionaries/people.ts'
import type { Direction } from '../../../listing/slice.ts'
import type { PeopleFilter } from '../../../people-reading/filter.ts'
import { listOf } from '../../../people-reading/list.ts'
import type { RowOf } from '../../../people-reading/subjects.ts'
import { STREAMS_OF, type Stream, type StreamStatus, type SubjectKind } from '../../../verification/status.ts'
import { unprocessable } from '../../errors.ts'
import { isKeptFromNumbersOf } from '../../mask.ts'
import { NumberLookups } from '../../number-lookups.ts'
import type { Builder } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { found } from '../personal.ts'
import { BY_TIME, type Connection, type ConnectionArguments, pageOf } from './connections.ts'
import { fieldOf, type VerificationEnums } from './verification-enums.ts'

/** Additional inputs of the platform panel's search form: the same filters in another structure. */
type PanelFilter = ReturnType<typeof addPanelFilter>

/** Adds its inputs; `status` is that of a person. */
export function addPanelFilter<Status>(builder: Builder, status: EnumRef<Builder['$inferSchemaTypes'], Status>) {
  const type = builder.enumType('PersonDocumentType', { values: DOCUMENT_TYPES })
  const document = builder.inputType('PersonDocumentFilter', {
    fields: (t) => ({ type: t.field({ type, required: true }), number: t.string({ required: true }) }),
  })
  const identity = builder.inputType('PersonIdentityFilter', {
    description: 'A number, or a name together with personal.birthDate.',
    fields: (t) => ({
      ...{ taxId: t.string(), unzr: t.string(), lastName: t.string(), firstName: t.string() },
      document: t.field({ type: document }),
    }),
  })
  const personal = builder.inputType('PersonPersonalFilter', {
    fields: (t) => ({ birthDate: t.field({ type: 'Date' }) }),
  })
  return { identity, personal, status }
}

/** Adds `PersonFilter` or `PartyFilter`. */
export function addFilter(builder: Builder, kind: SubjectKind, enums: VerificationEnums, panel?: PanelFilter) {
  return builder.inputType(kind === 'person' ? 'PersonFilter' : 'PartyFilter', {
    description:
      'A number, an id or a name with birth date can be combined with any other filter; without them only one status is allowed.',
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID' }),
      taxId: t.string(),
      ...(kind === 'person' ? { unzr: t.string() } : {}),
      documentNumber: t.string({ description: 'Case does not matter.' }),
      lastName: t.string({
        description: 'Together with birthDate; case and kind of apostrophe do not matter.',
      }),
      birthDate: t.field({ type: 'Date', description: 'With lastName or a number.' }),
      ...(panel === undefined
        ? {}
        : {
            identity: t.field({ type: panel.identity }),
            personal: t.field({ type: panel.personal }),
            status: t.field({ type: panel.status, description: 'With a number, an id or a name.' }),
          }),
      verificationStatus: t.field({ type: enums.cumulative }),
      ...Object.fromEntries(
        STREAMS_OF[kind].map((stream: Stream) => [
          `${fieldOf(stream)}VerificationStatus`,
          t.field({ type: enums.status[kind], description: 'VERIFIED only together with other filters.' }),
        ]),
      ),
    }),
  })
}

/** The arguments of a list. */
interface ListArguments extends ConnectionArguments {
  readonly filter?: object | null | undefined
  readonly orderBy?: Direction | null | undefined
}

/** Reads a page of a list. */
export async function readList<K extends SubjectKind>(
  kind: K,
  args: ListArguments,
  context: GraphqlContext,
  operation: string,
): Promise<Connection<RowOf[K]>> {
  const filter = filterOf(args.filter ?? {})
  const list = listOf(kind, filter)
  if (list.kind === 'refused') throw unprocessable(list.reason)
  const { database } = context
  const read = pageOf(args, {
    cursors: BY_TIME,
    order: args.orderBy,
    read: (slice) => list.read(database, slice),
    placeOf: ({ place, id }: RowOf[K]) => ({ at: place, id }),
    total: () => list.count(database),
  })
  const { taxId, unzr, documentNumber } = filter
  const numbers = { taxId, unzr, documentNumber }
  if (NumberLookups.has(numbers)) {
    const isLimited = isKeptFromNumbersOf(context.principal, kind)
    const lookup = { operation, subjectKind: kind, numbers, besides: whoElse(filter), isLimited }
    return context.lookups.look(lookup, found(read))
  }
  return read()
}

// Statuses do not identify a person.
function whoElse({ databaseId, lastName, firstName, birthDate }: PeopleFilter): string[] {
  const others = Object.entries({ databaseId, lastName, firstName, birthDate })
  return others.flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

// The filters of a form, flattened to the others' names; `document.number` is `documentNumber`.
function flattened(given: object): (readonly [string, unknown])[] {
  const asked = (value: object) => Object.entries(value).filter(([, each]) => each != null)
  return asked(given).flatMap(([name, value]) => {
    if (name !== 'identity' && name !== 'personal') return [[name, value] as const]
    return asked(value as object).flatMap(([inner, each]) =>
      inner === 'document'
        ? asked(each as object).map(
            ([part, text]) => [part === 'type' ? 'documentType' : 'documentNumber', text] as const,
          )
        : [[inner, each] as const],
    )
  })
}

// Null means no filter, like an omitted field.
function filterOf(given: object): PeopleFilter {
  const fields = new Map(flattened(given))
  // PostgreSQL texts cannot contain it, so nothing matches.
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
    ...{ documentType: text('documentType'), firstName: text('firstName') },
    status: text('status') as PeopleFilter['status'],
    verificationStatus: text('verificationStatus') as PeopleFilter['verificationStatus'],
    streams: Object.fromEntries(streams),
  }
}
