/**
 * Rules between the properties of a new request (spec 5.5). Each rule checks the raw request and ignores values of a wrong type, which the
 * schema reports, so every rule is applied whatever else is wrong.
 */
import type { z } from 'zod'
import { MAIN_SPECIALITIES, WITHOUT_MAIN_SPECIALITY } from '../dictionaries/employee-types.ts'
import type { EmployeeType } from '../dictionaries/people.ts'
import { SPECIFICS, type SpecificName } from './data.ts'
import { DOCUMENT_FORMATS, isBirthDate, isTaxId, patternText } from './formats.ts'
import { unstorable } from './storable.ts'

/** The schema's own issue type, so that both are reported the same way. */
export type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]
type Loose = Readonly<Record<string, unknown>>

/** An issue with its own text. */
export function issue(path: Path, message: string): Issue {
  return { code: 'custom', path: [...path], message, input: null }
}

/** The issues of any body. `today` is the date in Kyiv. */
export function ruleIssues(body: unknown, today: string): Issue[] {
  const storable = unstorable(body).map(({ path, text }) => issue(path, text))
  const request = asObject(asObject(body)?.['employee_request'])
  if (request === undefined) return storable
  const under = (issues: readonly Issue[]) =>
    issues.map((each) => ({ ...each, path: ['employee_request', ...each.path] }))
  return [...storable, ...under([...ofParty(asObject(request['party']), today), ...ofType(request)])]
}

function ofParty(party: Loose | undefined, today: string): Issue[] {
  if (party === undefined) return []
  const { birth_date, tax_id, no_tax_id } = party
  const hasNoTaxId = no_tax_id ?? false
  return [
    ...(typeof birth_date === 'string' && !isBirthDate(birth_date, today)
      ? [issue(['party', 'birth_date'], 'invalid birth_date value')]
      : []),
    ...(typeof tax_id === 'string' && typeof hasNoTaxId === 'boolean' && !isTaxId(tax_id, hasNoTaxId)
      ? [issue(['party', 'tax_id'], 'invalid tax_id value')]
      : []),
    ...asArray(party['documents']).flatMap((document, index) => ofDocument(asObject(document), index)),
    ...duplicates(party['documents'], ['party', 'documents']),
    ...duplicates(party['phones'], ['party', 'phones']),
  ]
}

function ofDocument(document: Loose | undefined, index: number): Issue[] {
  const { type, number } = document ?? {}
  const format = (DOCUMENT_FORMATS as Readonly<Record<string, RegExp>>)[String(type)]
  if (format === undefined || typeof number !== 'string' || format.test(number)) return []
  const pattern = `/${patternText(format)}/u`
  const path = ['party', 'documents', index, 'number']
  return [{ code: 'invalid_format', format: 'regex', pattern, path, message: '', input: number }]
}

// Reported at the second occurrence and each later one.
function duplicates(list: unknown, path: Path): Issue[] {
  const types = asArray(list).map((each) => asObject(each)?.['type'])
  const known = new Set<unknown>()
  return types.flatMap((type, index) => {
    const isKnown = known.has(type)
    known.add(type)
    return isKnown && typeof type === 'string' ? [issue([...path, index, 'type'], 'No duplicate values.')] : []
  })
}

/** A type with its own object requires this object and no other (spec 5.5). */
function ofType(request: Loose): Issue[] {
  const { employee_type: type } = request
  if (typeof type !== 'string') return []
  const [of, own] = Object.entries(SPECIFICS).find(([name]) => name === type) ?? []
  const others = Object.values(SPECIFICS).filter((name) => name !== own && request[name] != null)
  return [
    ...others.map((name) => issue([name], `field ${name} is not allowed`)),
    ...(own === undefined ? [] : ofOwn(of as EmployeeType, own, request[own])),
  ]
}

function ofOwn(type: EmployeeType, name: SpecificName, value: unknown): Issue[] {
  if (value == null) return [{ code: 'invalid_type', expected: 'object', path: [name], message: '', input: undefined }]
  const specialities = asObject(value)?.['specialities']
  if (!Array.isArray(specialities)) return []
  const main = specialities.map(asObject).filter((each) => each?.['speciality_officio'] === true)
  const texts = [
    ...(main.length === 0 && !WITHOUT_MAIN_SPECIALITY.includes(type)
      ? ["employee doesn't have speciality with active speciality_officio"]
      : []),
    ...(main.length > 1 ? ['employee have more than one speciality with active speciality_officio'] : []),
    ...new Set(main.flatMap((each) => ofMain(type, name, each))),
  ]
  return texts.map((text) => issue([name, 'specialities'], text))
}

const LONGEST_QUOTED = 100

function ofMain(type: EmployeeType, name: SpecificName, main: Loose | undefined): string[] {
  const { speciality, level } = main ?? {}
  const isOther = typeof speciality === 'string' && MAIN_SPECIALITIES[type]?.includes(speciality) === false
  const quoted = String(speciality).slice(0, LONGEST_QUOTED)
  return [
    ...(isOther ? [`speciality ${quoted} with active speciality_officio is not allowed for ${name}`] : []),
    ...(type === 'DOCTOR' && level === 'BASIC'
      ? ['speciality level BASIC with active speciality_officio is not allowed for doctor']
      : []),
  ]
}

function asObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
