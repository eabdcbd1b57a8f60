/** Employee requests in answers (spec 5.3). The schema of a new request is separate. */
import { z } from 'zod'
import { EMPLOYEE_TYPES } from '../../dictionaries/people.ts'
import { REQUEST_STATUSES, SPECIFICS } from '../../employee-requests/data.ts'

const party = z.looseObject({
  last_name: z.string(),
  first_name: z.string(),
  second_name: z.string().nullish(),
  birth_date: z.iso.date(),
  gender: z.string(),
  tax_id: z
    .string()
    .describe('Masked for masked tokens, like numbers of documents, diplomas, certificates and phones.'),
  no_tax_id: z.boolean().nullish(),
  email: z.string(),
  documents: z.array(z.looseObject({ type: z.string(), number: z.string() })),
  phones: z.array(z.looseObject({ type: z.string(), number: z.string() })),
})

const specifics = z.looseObject({ educations: z.array(z.unknown()), specialities: z.array(z.unknown()) }).nullish()

const listed = {
  id: z.guid(),
  status: z.enum(REQUEST_STATUSES),
  legal_entity_id: z.guid(),
  employee_type: z.enum(EMPLOYEE_TYPES),
  edrpou: z.string().nullable(),
  legal_entity_name: z.string().nullable(),
  first_name: z.string(),
  second_name: z.string().nullable(),
  last_name: z.string(),
  no_tax_id: z.boolean(),
  inserted_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}

/** A request in a list. */
export const listedRequestShape = z.strictObject(listed)

/** What a MIS reads of a request. */
export const misRequest = z.strictObject({
  id: z.guid(),
  employee_id: z
    .guid()
    .nullable()
    .describe('The employee that the approval created or changed; before it, the employee to change.'),
  status: z.enum(REQUEST_STATUSES),
  updated_at: z.iso.datetime(),
})

/** A request. */
export const shownRequest = z.looseObject({
  ...listed,
  division_id: z.guid().nullish(),
  employee_id: misRequest.shape.employee_id,
  position: z.string(),
  start_date: z.iso.date(),
  end_date: z.iso.date().nullish(),
  party,
  ...Object.fromEntries(Object.values(SPECIFICS).map((name) => [name, specifics])),
})
