/** The type EmployeeRequest (spec 4.3, 5): the request and its outcome. */
import type { ObjectRef } from '@pothos/core'
import { EMPLOYEE_TYPES } from '../../../dictionaries/people.ts'
import {
  REQUEST_STATUSES,
  type RequestedDocument,
  type RequestedParty,
  specificsOf,
} from '../../../employee-requests/data.ts'
import { findPreviewsOf, type Preview } from '../../../employee-requests/preview.ts'
import {
  type ApprovedEmployee,
  findApprovedEmployees,
  findInvitedUsers,
  type ReadRequest,
} from '../../../employee-requests/read.ts'
import { type Builder, type Guarded, globalId, MASKED, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { Loader, perRequest } from '../loaders.ts'

type Types = Builder['$inferSchemaTypes']

/** The name of the platform's type in global ids of legal entities. */
export const LEGAL_ENTITY = 'LegalEntity'

/** The types that lists of requests need. */
export type RequestTypes = ReturnType<typeof addEmployeeRequestType>

/** Adds the type; `load` is for `node(id)`. */
export function addEmployeeRequestType(
  builder: Builder,
  extensions: Guarded,
  load: (id: string, context: GraphqlContext) => Promise<ReadRequest | undefined>,
) {
  const status = builder.enumType('EmployeeRequestStatus', { values: REQUEST_STATUSES })
  const employeeType = builder.enumType('EmployeeType', { values: EMPLOYEE_TYPES })
  const legalEntity = addLegalEntity(builder)
  const party = addParty(builder)
  const employee = addApproved(builder)
  const preview = addPreview(builder)
  const request = builder.objectRef<ReadRequest>('EmployeeRequest')
  builder.node(request, {
    description: 'A request of a legal entity for an employee; the invited person approves or rejects it.',
    extensions,
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: load,
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      status: t.field({ type: status, nullable: false, resolve: (each) => each.status }),
      employeeType: t.field({ type: employeeType, nullable: false, resolve: ({ data }) => data.employee_type }),
      position: t.string({ nullable: false, ...PLAIN, resolve: ({ data }) => data.position }),
      startDate: t.field({ type: 'Date', nullable: false, resolve: ({ data }) => data.start_date }),
      endDate: t.field({ type: 'Date', resolve: ({ data }) => data.end_date ?? null }),
      divisionId: t.field({ type: 'UUID', resolve: ({ data }) => data.division_id ?? null }),
      legalEntity: t.field({ type: legalEntity, nullable: false, resolve: (each) => each }),
      party: t.field({ type: party, nullable: false, resolve: ({ data }) => data.party }),
      ...ofParty(t),
      specifics: t.field({
        type: 'JSON',
        description:
          'The object of the employee type (doctor, pharmacist …): educations, specialities, qualifications.',
        ...MASKED,
        resolve: ({ data }) => specificsOf(data) ?? null,
      }),
      employeeId: t.field({
        type: 'UUID',
        description: 'The employee to change; null: it is for a new employee.',
        resolve: ({ data }) => data.employee_id ?? null,
      }),
      employee: t.field({
        type: employee,
        description: 'The employee that the approval created or changed; null: not approved.',
        resolve: async ({ employee_id: id }, _args, context) =>
          id === null ? null : ((await requestLoadersOf(context).employees.load(id)) ?? null),
      }),
      userId: t.field({
        type: 'UUID',
        description: 'The user with the e-mail of the request, if one exists.',
        resolve: async ({ data }, _args, context) =>
          (await requestLoadersOf(context).users.load(data.party.email)) ?? null,
      }),
      preview: t.field({
        type: preview,
        description: 'What an approval would change; null: the request is not NEW.',
        resolve: async (each, _args, context) => (await requestLoadersOf(context).previews.load(each)) ?? null,
      }),
      confirmedAt: t.field({
        type: 'DateTime',
        description: 'When the NHS confirmed a request about somebody who already has another user.',
        resolve: (each) => each.confirmed_at,
      }),
      confirmedBy: t.field({ type: 'UUID', resolve: (each) => each.confirmed_by }),
      insertedAt: t.expose('inserted_at', { type: 'DateTime', nullable: false }),
      insertedBy: t.expose('inserted_by', { type: 'UUID', nullable: false }),
      updatedAt: t.expose('updated_at', { type: 'DateTime', nullable: false }),
      updatedBy: t.expose('updated_by', { type: 'UUID', nullable: false }),
    }),
  })
  return { request, status }
}

// What the platform's panels read of the party beside the request itself.
function ofParty(t: PothosSchemaTypes.ObjectFieldBuilder<Types, ReadRequest>) {
  return {
    firstName: t.string({ nullable: false, ...PLAIN, resolve: ({ data }) => data.party.first_name }),
    secondName: t.string({ ...PLAIN, resolve: ({ data }) => data.party.second_name ?? null }),
    lastName: t.string({ nullable: false, ...PLAIN, resolve: ({ data }) => data.party.last_name }),
    birthDate: t.field({ type: 'Date', nullable: false, resolve: ({ data }) => data.party.birth_date }),
    email: t.string({ nullable: false, ...PLAIN, resolve: ({ data }) => data.party.email }),
    taxId: t.string({ nullable: false, ...MASKED, resolve: ({ data }) => data.party.tax_id }),
    noTaxId: t.boolean({ nullable: false, resolve: ({ data }) => data.party.no_tax_id ?? false }),
  }
}

function addPreview(builder: Builder): ObjectRef<Types, Preview> {
  return builder.objectRef<Preview>('EmployeeRequestPreview').implement({
    fields: (t) => ({
      changesParty: t.exposeBoolean('changes_party', {
        nullable: false,
        description: 'The party exists, so no new one is created.',
      }),
      renamesParty: t.exposeBoolean('renames_party', { nullable: false }),
      suspendedContracts: t.exposeInt('suspended_contracts', {
        nullable: false,
        description:
          'Verified contracts that are suspended: of the party that is renamed, of an owner who is replaced.',
      }),
      needsConfirmation: t.exposeBoolean('needs_confirmation', {
        nullable: false,
        description: 'The party has another user: the invited person can approve only after the NHS has confirmed.',
      }),
    }),
  })
}

function addLegalEntity(builder: Builder): ObjectRef<Types, ReadRequest> {
  return builder.objectRef<ReadRequest>('EmployeeRequestLegalEntity').implement({
    fields: (t) => ({
      id: t.id({ nullable: false, resolve: ({ data }) => globalId(LEGAL_ENTITY, data.legal_entity_id) }),
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ data }) => data.legal_entity_id }),
      name: t.exposeString('legal_entity_name', { nullable: true, ...PLAIN }),
      edrpou: t.exposeString('edrpou', { nullable: true, ...PLAIN }),
    }),
  })
}

function addParty(builder: Builder): ObjectRef<Types, RequestedParty> {
  const document = builder.objectRef<RequestedDocument>('EmployeeRequestDocument').implement({
    fields: (t) => ({
      type: t.exposeString('type', { nullable: false, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...MASKED }),
      issuedAt: t.field({ type: 'Date', resolve: ({ issued_at }) => issued_at ?? null }),
      issuedBy: t.string({ ...PLAIN, resolve: ({ issued_by }) => issued_by ?? null }),
      expirationDate: t.field({ type: 'Date', resolve: ({ expiration_date }) => expiration_date ?? null }),
    }),
  })
  const phone = builder.objectRef<RequestedParty['phones'][number]>('EmployeeRequestPhone').implement({
    fields: (t) => ({
      type: t.exposeString('type', { nullable: false, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...MASKED }),
    }),
  })
  return builder.objectRef<RequestedParty>('EmployeeRequestParty').implement({
    description: 'The person, as given in the request.',
    fields: (t) => ({
      firstName: t.exposeString('first_name', { nullable: false, ...PLAIN }),
      lastName: t.exposeString('last_name', { nullable: false, ...PLAIN }),
      secondName: t.string({ ...PLAIN, resolve: ({ second_name }) => second_name ?? null }),
      birthDate: t.field({ type: 'Date', nullable: false, resolve: ({ birth_date }) => birth_date }),
      gender: t.exposeString('gender', { nullable: false, ...PLAIN }),
      taxId: t.exposeString('tax_id', { nullable: false, ...MASKED }),
      noTaxId: t.boolean({ nullable: false, resolve: ({ no_tax_id }) => no_tax_id ?? false }),
      email: t.exposeString('email', { nullable: false, ...PLAIN }),
      documents: t.field({ type: [document], nullable: false, resolve: ({ documents }) => [...documents] }),
      phones: t.field({ type: [phone], nullable: false, resolve: ({ phones }) => [...phones] }),
      aboutMyself: t.string({ ...PLAIN, resolve: ({ about_myself }) => about_myself ?? null }),
      workingExperience: t.int({ resolve: ({ working_experience }) => working_experience ?? null }),
    }),
  })
}

function addApproved(builder: Builder): ObjectRef<Types, ApprovedEmployee> {
  return builder.objectRef<ApprovedEmployee>('EmployeeRequestEmployee').implement({
    description: 'The current state of the employee.',
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      partyId: t.field({ type: 'UUID', nullable: false, resolve: ({ party_id }) => party_id }),
      employeeType: t.exposeString('employee_type', { nullable: false, ...PLAIN }),
      position: t.exposeString('position', { nullable: false, ...PLAIN }),
      status: t.exposeString('status', { nullable: false, ...PLAIN }),
      isActive: t.exposeBoolean('is_active', { nullable: false }),
      startDate: t.field({ type: 'Date', nullable: false, resolve: ({ start_date }) => start_date }),
      endDate: t.field({ type: 'Date', resolve: ({ end_date }) => end_date }),
    }),
  })
}

/** Loads what employee requests show besides: previews, the employees that approvals created, and user ids by e-mail. */
const requestLoadersOf = perRequest(({ database, jobs }) => ({
  previews: new Loader(async (requests: readonly ReadRequest[]): Promise<ReadonlyMap<ReadRequest, Preview>> => {
    const previews = await findPreviewsOf(database, requests, jobs.requests)
    return new Map(
      requests.flatMap((each) => {
        const preview = previews.get(each.id)
        return preview === undefined ? [] : [[each, preview]]
      }),
    )
  }),
  employees: new Loader((ids: readonly string[]) => findApprovedEmployees(database, ids)),
  users: new Loader((emails: readonly string[]) => findInvitedUsers(database, emails)),
}))
