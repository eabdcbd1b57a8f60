/** Persons and their verification (spec 6.3). */
import { z } from 'zod'
import { saysDead } from '../../../decisions/dracs-death.ts'
import { personBody } from '../../../imports/persons/record.ts'
import { DECLARATION_STATUSES, listPersonVerifications } from '../../../people-reading/verification-lists.ts'
import { isDay, kyivDay } from '../../../verification/calendar.ts'
import { invalid, requiredRule } from '../../errors.ts'
import { confirmDeath } from '../dracs-death.ts'
import { EXAMPLES } from '../examples.ts'
import { pageQuery, pagingOf, sliceOf } from '../paging.ts'
import { putPerson } from '../put-people.ts'
import { guardedRoute, type Route } from '../route.ts'
import {
  comment,
  cumulativeStatusShape,
  dracsDeathReason,
  id,
  idParams,
  listedPerson,
  personVerification,
  putResult,
} from '../shapes.ts'
import {
  NO_VERIFICATION,
  NOT_OURS,
  seenBy,
  subjectCursor,
  toldInList,
  toldVerification,
  visibleVerification,
} from '../verification-lists.ts'

const verification = guardedRoute({
  method: 'GET',
  path: '/api/persons/:id/verification',
  summary: 'The verification of a person',
  description:
    'The NHS sees all persons; any other client those who have an active declaration with an employee of its legal entity.',
  tag: 'Persons',
  // The platform's documents name both.
  access: { scopes: ['person_verification:details'], orAnyOf: ['person_verification:read'] },
  personal: { reads: 'person', masks: 'nothing' },
  params: idParams,
  data: personVerification,
  errors: {
    403: `${NOT_OURS}: the person has no active declaration with an employee of the legal entity of the token`,
    404: NO_VERIFICATION.person,
  },
  examples: [EXAMPLES.personVerification, EXAMPLES.noPerson],
  async handle({ params }, { database, principal }) {
    const row = await visibleVerification(database, 'person', principal, params.id)
    return { data: toldVerification('person', row), of: [row.id] }
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
  personal: { reads: 'person', masks: 'nothing' },
  query: z.strictObject({
    employee_id: id.optional(),
    status: z
      .enum(DECLARATION_STATUSES)
      .optional()
      .describe('The status of the declaration with that employee, by default active. Only with `employee_id`.'),
    verification_status: cumulativeStatusShape.optional(),
    ...pageQuery,
  }),
  data: z.array(listedPerson),
  examples: [EXAMPLES.personVerifications],
  async handle({ query }, { database, principal }) {
    const slice = sliceOf(query, subjectCursor, 'desc')
    const legalEntityId = seenBy(principal)
    const { employee_id: employeeId, verification_status: verificationStatus, status: declarationStatus } = query
    const needsEmployee = legalEntityId !== undefined || declarationStatus !== undefined
    if (needsEmployee && employeeId === undefined) throw employeeMissing()
    const listed = await listPersonVerifications(
      database,
      { employeeId, declarationStatus, verificationStatus, legalEntityId },
      slice,
    )
    const data = listed.rows.map((row) => toldInList('person', row))
    return { data, paging: pagingOf(query, listed, subjectCursor), of: listed.rows.map((row) => row.id) }
  },
})

function employeeMissing(): Error {
  return invalid([{ entryType: 'query_parameter', entry: '$.employee_id', ...requiredRule('employee_id') }])
}

const deathConfirmation = z
  .strictObject({
    verification_status: z.enum(['VERIFIED']),
    verification_reason: dracsDeathReason,
    verification_comment: comment.regex(/\S/),
    death_date: z
      .stringFormat('date', isDay)
      .meta({ format: 'date' })
      .nullish()
      .describe('Not after today; only with a reason that means that the person is dead.'),
  })
  .superRefine(({ death_date: date, verification_reason: reason }, context) => {
    if (date == null) return
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['death_date'], message })
    if (date > kyivDay(new Date())) refuse('a date in the future is not allowed')
    if (!saysDead(reason)) refuse(`not allowed with the verification reason (${reason})`)
  })

const confirm = guardedRoute({
  method: 'PATCH',
  path: '/api/persons/:id/verification',
  summary: 'Record a manual decision about a death in DRACS',
  description:
    'For a person whose `dracs_death` is NOT_VERIFIED. MANUAL_CONFIRMED and MANUAL_DECEASED say that the person is dead: they become inactive, and their declarations end. MANUAL_NOT_CONFIRMED and MANUAL_NO_DEATH_RECORD say that the act belongs to somebody else. The NHS may confirm for any person; any other client for those who have an active declaration with an employee of its legal entity.',
  tag: 'Persons',
  access: { scopes: ['person_verification:write'] },
  personal: { reads: 'itself', masks: 'nothing' },
  params: idParams,
  body: z.strictObject({ dracs_death: deathConfirmation }),
  data: personVerification,
  errors: {
    403: `${NOT_OURS}: the person has no active declaration with an employee of the legal entity of the token`,
    404: NO_VERIFICATION.person,
  },
  examples: [EXAMPLES.confirmPersonDracsDeath],
  handle({ params, body: { dracs_death: given } }, context) {
    const { verification_status: status, verification_reason: reason, verification_comment: comment } = given
    return confirmDeath(
      'person',
      { subjectId: params.id, status, reason, comment, deathDate: given.death_date },
      context,
    )
  },
})

const put = guardedRoute({
  method: 'PUT',
  path: '/api/persons/:id',
  summary: 'Create or change a person',
  description:
    'For another system of the platform that reports a change. The record is complete: documents are replaced. If a checked field differs, the person is checked again.',
  tag: 'Persons',
  access: { scopes: ['person:write'] },
  personal: 'nobody',
  params: idParams,
  body: personBody,
  data: putResult,
  success: { 200: 'Changed, or unchanged', 201: 'Created' },
  errors: { 409: 'The person was erased and cannot be created again' },
  examples: [EXAMPLES.putPerson],
  handle: ({ params, body }, context) => putPerson(params.id, body, context),
})

/** The routes of persons. */
export const personRoutes: readonly Route[] = [verification, verifications, confirm, put]
