/** Persons and their verification (spec 6.3). */
import { z } from 'zod'
import { personBody } from '../../../persons/record.ts'
import {
  findVerificationOf,
  hasDeclarationWith,
  listPersonVerifications,
} from '../../../verification-reading/verifications.ts'
import { forbidden, invalid, notFound } from '../../errors.ts'
import { EXAMPLES } from '../examples.ts'
import { pageQuery, pagingOf, sliceOf } from '../paging.ts'
import { putPerson } from '../put-people.ts'
import { guardedRoute, type Route } from '../route.ts'
import { cumulativeStatus, id, idParams, listedPerson, personVerification, putResult } from '../shapes.ts'
import { seenBy, subjectCursor, toldInList, toldVerification } from '../verification-lists.ts'

const NOT_OURS = 'Access denied'
const NO_VERIFICATION = 'There is no such person, or it has no verification'

const verification = guardedRoute({
  method: 'GET',
  path: '/api/persons/:id/verification',
  summary: 'How a person is verified',
  description:
    'The NHS sees all persons; any other client those who have an active declaration with an employee of its legal entity.',
  tag: 'Persons',
  access: { scopes: ['person_verification:details'] },
  params: idParams,
  data: personVerification,
  errors: {
    403: `${NOT_OURS}: the person has no active declaration with an employee of the legal entity of the token`,
    404: NO_VERIFICATION,
  },
  examples: [EXAMPLES.personVerification, EXAMPLES.noPerson],
  async handle({ params }, { database, principal, reads }) {
    const row = await findVerificationOf(database, 'person', params.id)
    if (row === undefined) throw notFound(NO_VERIFICATION)
    const legalEntityId = seenBy(principal)
    if (legalEntityId !== undefined && !(await hasDeclarationWith(database, row.id, legalEntityId))) {
      throw forbidden(NOT_OURS)
    }
    reads.read('GET /api/persons/:id/verification', 'person', [row.id])
    return { data: toldVerification('person', row) }
  },
})

const verifications = guardedRoute({
  method: 'GET',
  path: '/api/persons/verifications',
  summary: 'Verifications of persons, newest persons first',
  description:
    'The NHS sees all persons. Any other client names an employee of its own and sees the persons who have an active declaration with that employee.',
  tag: 'Persons',
  access: { scopes: ['person_verification:read'] },
  query: z.strictObject({ employee_id: id.optional(), verification_status: cumulativeStatus.optional(), ...pageQuery }),
  data: z.array(listedPerson),
  examples: [EXAMPLES.personVerifications],
  async handle({ query }, { database, principal, reads }) {
    const slice = sliceOf(query, subjectCursor)
    const legalEntityId = seenBy(principal)
    if (legalEntityId !== undefined && query.employee_id === undefined) throw employeeMissing()
    const { employee_id: employeeId, verification_status: verificationStatus } = query
    const listed = await listPersonVerifications(database, { employeeId, verificationStatus, legalEntityId }, slice)
    const ids = listed.rows.map((row) => row.id)
    reads.read('GET /api/persons/verifications', 'person', ids)
    const data = listed.rows.map((row) => toldInList('person', row))
    return { data, paging: pagingOf(query, listed, subjectCursor) }
  },
})

function employeeMissing(): Error {
  const description = 'required property employee_id was not present'
  return invalid([{ entryType: 'query_parameter', entry: '$.employee_id', rule: 'required', description }])
}

const put = guardedRoute({
  method: 'PUT',
  path: '/api/persons/:id',
  summary: 'Create or change a person',
  description:
    'For another system of the platform, which tells of a change. The record is whole: documents are replaced. Where something differs that is checked, the person is checked again.',
  tag: 'Persons',
  access: { scopes: ['person:write'] },
  params: idParams,
  body: personBody,
  data: putResult,
  success: { 200: 'Changed, or already as the record says', 201: 'Created' },
  examples: [EXAMPLES.putPerson],
  handle: ({ params, body }, context) => putPerson(params.id, body, context),
})

/** The routes of persons. */
export const personRoutes: readonly Route[] = [verification, verifications, put]
