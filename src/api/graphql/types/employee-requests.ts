/** Employee requests for the admin page (spec 4.3): reading, and confirming. Approving and rejecting are the invited user's own, by REST (spec 5.1.3). */
import { confirmRequest } from '../../../employee-requests/confirm.ts'
import { type RequestFilter, requestsOf } from '../../../employee-requests/list.ts'
import { findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import type { Access } from '../../enforce.ts'
import { notFound, unprocessable } from '../../errors.ts'
import { refusalError } from '../../refusals.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import {
  addConnection,
  type Connection,
  type ConnectionArguments,
  connectionOf,
  type Place,
  pageOf,
  TIME_AND_ID,
} from './connections.ts'
import { addEmployeeRequestType, type RequestTypes } from './employee-request-type.ts'

const READS: Access = { scopes: ['employee_request:read'], isForNhs: true }

/** Adds the type, `employeeRequest(id)` and `employeeRequests(…)`. */
export function addEmployeeRequests(builder: Builder): void {
  const types = addEmployeeRequestType(builder, guarded(READS), (id, context) => read('Query.node', id, context))
  builder.queryField('employeeRequest', (t) =>
    t.field({
      type: types.request,
      extensions: guarded(READS),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => {
        const found = await read('Query.employeeRequest', idOf('EmployeeRequest', id), context)
        if (found === undefined) throw notFound('Employee request not found')
        return found
      },
    }),
  )
  addList(builder, types)
  addConfirmation(builder, types)
}

function addConfirmation(builder: Builder, { request }: RequestTypes): void {
  const name = 'confirmEmployeeRequest'
  const input = builder.inputType('ConfirmEmployeeRequestInput', { fields: (t) => ({ id: t.id({ required: true }) }) })
  const payload = builder.objectRef<ReadRequest>('ConfirmEmployeeRequestPayload').implement({
    fields: (t) => ({ employeeRequest: t.field({ type: request, resolve: (each) => each }) }),
  })
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description: 'Lets a request be approved that is about somebody who has another user already.',
      extensions: guarded({ scopes: ['employee_request:confirm'], isForNhs: true }),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: { id } }, { database, actor, reads }) => {
        const operation = `Mutation.${name}`
        const outcome = await confirmRequest(database, idOf('EmployeeRequest', id), { actor, operation })
        if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
        reads.read(operation, 'employee_request', [outcome.request.id])
        return outcome.request
      },
    }),
  )
}

async function read(
  operation: string,
  id: string,
  { database, reads }: GraphqlContext,
): Promise<ReadRequest | undefined> {
  const found = await findRequestById(database, id)
  if (found !== undefined) reads.read(operation, 'employee_request', [found.id])
  return found
}

function addList(builder: Builder, { request, status }: RequestTypes): void {
  const filter = builder.inputType('EmployeeRequestFilter', {
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID' }),
      status: t.field({ type: status }),
      noTaxId: t.boolean(),
      legalEntityId: t.field({ type: 'UUID' }),
      edrpou: t.string({ description: 'Of the legal entity.' }),
      legalEntityName: t.string({
        description: 'The whole name, whatever its case and apostrophe.',
      }),
    }),
  })
  const orderBy = builder.enumType('EmployeeRequestOrderBy', {
    values: { INSERTED_AT_ASC: { value: 'asc' }, INSERTED_AT_DESC: { value: 'desc' } } as const,
  })
  builder.queryField('employeeRequests', (t) =>
    t.field({
      type: addConnection(builder, 'EmployeeRequest', request),
      nullable: false,
      extensions: guarded(READS),
      args: {
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, context) =>
        list(filterOf(given ?? {}), order !== 'asc', args, context),
    }),
  )
}

type Given = { readonly [Name in keyof typeof NAMES]?: string | boolean | null | undefined }

const NAMES = {
  databaseId: 'id',
  status: 'status',
  noTaxId: 'noTaxId',
  legalEntityId: 'legalEntityId',
  edrpou: 'edrpou',
  legalEntityName: 'legalEntityName',
} as const satisfies Readonly<Record<string, keyof RequestFilter>>

// Null asks for nothing, like a field that is left out.
function filterOf(given: Given): RequestFilter {
  const asked = Object.entries(given).filter(([, value]) => value != null)
  if (asked.some(([, value]) => typeof value === 'string' && value.includes('\0'))) {
    throw unprocessable('a value of the filter holds a character that no text may hold')
  }
  return Object.fromEntries(asked.map(([name, value]) => [NAMES[name as keyof typeof NAMES], value]))
}

async function list(
  filter: RequestFilter,
  isDescending: boolean,
  args: ConnectionArguments,
  { database, reads }: GraphqlContext,
): Promise<Connection<ReadRequest>> {
  const page = pageOf(args, TIME_AND_ID)
  const { size, isFromEnd } = page
  const requests = await requestsOf(database, filter, undefined)
  const between = { after: placeOf(page.after), before: placeOf(page.before) }
  const rows = await requests.read({ ...between, isDescending, isFromEnd, limit: size + 1, offset: 0 })
  const connection = connectionOf(page, rows, ({ place, id }) => [place, id], requests.count)
  const ids = connection.edges.map(({ node }) => node.id)
  reads.read('Query.employeeRequests', 'employee_request', ids)
  return connection
}

function placeOf(place: Place | undefined) {
  const [at, id] = place ?? []
  return at === undefined || id === undefined ? undefined : { at, id }
}
