/** Employee requests for the admin page (spec 4.3): reading and confirming. The invited user approves or rejects by REST (spec 5.1.3). */
import type { Database } from '../../../database/database.ts'
import { confirmRequest } from '../../../employee-requests/answer.ts'
import { REQUEST_STATUSES } from '../../../employee-requests/data.ts'
import {
  type RequestFilter,
  type RequestOrder,
  type RequestPlace,
  requestsOf,
} from '../../../employee-requests/list.ts'
import { findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import type { Access } from '../../enforce.ts'
import { notFound, unprocessable } from '../../errors.ts'
import type { TimeInterval } from '../../instants.ts'
import { refusalError } from '../../refusals.ts'
import { type Builder, guarded, idOf, uuidOf } from '../builder.ts'
import {
  addConnection,
  BY_TIME,
  type Connection,
  type ConnectionArguments,
  type Cursors,
  readPage,
} from './connections.ts'
import { addEmployeeRequestType, LEGAL_ENTITY, type RequestTypes } from './employee-request-type.ts'

const READS: Access = { scopes: ['employee_request:read'], isForNhs: true }

/** Adds the type, `employeeRequest(id)` and `employeeRequests(…)`. */
export function addEmployeeRequests(builder: Builder): void {
  const types = addEmployeeRequestType(builder, guarded(READS, 'employee_request'), (id, { database }) =>
    findRequestById(database, id),
  )
  builder.queryField('employeeRequest', (t) =>
    t.field({
      type: types.request,
      extensions: guarded(READS, 'employee_request'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, { database }) => {
        const found = await findRequestById(database, idOf('EmployeeRequest', id))
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
      description: 'Confirms a request about somebody who already has another user, so that it can be approved.',
      extensions: guarded({ scopes: ['employee_request:confirm'], isForNhs: true }, 'employee_request'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: { id } }, { database, actor }) => {
        const operation = `Mutation.${name}`
        const outcome = await confirmRequest(database, idOf('EmployeeRequest', id), { actor, operation })
        if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
        return outcome.request
      },
    }),
  )
}

function addList(builder: Builder, { request, status }: RequestTypes): void {
  const filter = builder.inputType('EmployeeRequestFilter', {
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID' }),
      status: t.field({ type: status }),
      noTaxId: t.boolean(),
      legalEntityId: t.id({ description: 'Its uuid, or its global id.' }),
      edrpou: t.string({ description: 'Of the legal entity.' }),
      legalEntityName: t.string({
        description: 'A part of the name; case and kind of apostrophe do not matter.',
      }),
      email: t.string({ description: 'The e-mail of the invited person, in full; case does not matter.' }),
      insertedAt: t.field({ type: 'DatetimeInterval', description: 'When it was created.' }),
    }),
  })
  const orderBy = builder.enumType('EmployeeRequestOrderBy', {
    values: ORDERS,
  })
  builder.queryField('employeeRequests', (t) =>
    t.field({
      type: addConnection(builder, 'EmployeeRequest', request),
      nullable: false,
      extensions: guarded(READS, 'employee_request'),
      args: {
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'inserted_at desc' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, context) =>
        list(filterOf(given ?? {}), order ?? 'inserted_at desc', args, context.database),
    }),
  )
}

const ORDERS = {
  INSERTED_AT_ASC: { value: 'inserted_at asc' },
  INSERTED_AT_DESC: { value: 'inserted_at desc' },
  FULL_NAME_ASC: { value: 'name asc', description: 'Sorted by the Ukrainian alphabet.' },
  FULL_NAME_DESC: { value: 'name desc' },
  STATUS_ASC: { value: 'status asc' },
  STATUS_DESC: { value: 'status desc' },
} as const
type Ordered = (typeof ORDERS)[keyof typeof ORDERS]['value']

type Given = { readonly [Name in keyof typeof NAMES]?: string | boolean | TimeInterval | null | undefined }

const NAMES = {
  databaseId: 'id',
  status: 'status',
  noTaxId: 'noTaxId',
  legalEntityId: 'legalEntityId',
  edrpou: 'edrpou',
  legalEntityName: 'legalEntityName',
  email: 'email',
  insertedAt: 'insertedAt',
} as const satisfies Readonly<Record<string, keyof RequestFilter>>

// Null means no filter, like an omitted field.
function filterOf(given: Given): RequestFilter {
  const asked = Object.entries(given).filter(([, value]) => value != null)
  if (asked.some(([, value]) => typeof value === 'string' && value.includes('\0'))) {
    throw unprocessable('a value of the filter holds a character that no text may hold')
  }
  const filter: RequestFilter = Object.fromEntries(
    asked.map(([name, value]) => [NAMES[name as keyof typeof NAMES], value]),
  )
  const { legalEntityId: of } = filter
  return of === undefined ? filter : { ...filter, legalEntityId: uuidOf(LEGAL_ENTITY, of) }
}

async function list(
  filter: RequestFilter,
  ordered: Ordered,
  args: ConnectionArguments,
  database: Database,
): Promise<Connection<ReadRequest>> {
  const [order, direction] = ordered.split(' ') as [RequestOrder, 'asc' | 'desc']
  const requests = await requestsOf(database, filter, undefined)
  return readPage(args, {
    cursors: CURSORS[order],
    order: direction,
    read: (slice) => requests.read({ ...slice, order }),
    placeOf: ({ place, id, status }): RequestPlace => ({ at: place, id, status }),
    total: requests.count,
  })
}

const [TIME = /^$/, ID = /^$/] = BY_TIME.parts
const CURSORS: Readonly<Record<RequestOrder, Cursors<RequestPlace>>> = {
  inserted_at: BY_TIME,
  // A cursor contains nothing personal: the position among names is found by the request's id.
  name: { parts: [ID], write: ({ id }) => [id], read: ([id = '']) => ({ id, at: id }) },
  status: {
    parts: [TIME, ID, new RegExp(`^(${REQUEST_STATUSES.join('|')})$`)],
    write: ({ at, id, status = '' }) => [at, id, status],
    read: ([at = '', id = '', status]) => ({ at, id, status: REQUEST_STATUSES.find((each) => each === status) }),
  },
}
