/** Records of persons for tests, and access to the stored result. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { importPersons } from '../../src/imports/persons/persons.ts'
import { document, eventsAbout, importsBy, type Line, storedSubject, verifySubject } from '../imports/people.ts'

export { document, historyOf, INITIAL, type Line, NOT_NEEDED, OTHER, TRIGGERED } from '../imports/people.ts'
export const { importText, importLines } = importsBy(importPersons)

/** A complete record, with the fields that a test sets. */
export function person(given: Line = {}): Line & { readonly id: string } {
  return {
    id: randomUUID(),
    last_name: 'Шевченко',
    first_name: 'Олена',
    second_name: 'Іванівна',
    birth_date: '1980-01-31',
    gender: 'FEMALE',
    tax_id: '2924500001',
    no_tax_id: false,
    unzr: '19800131-00001',
    status: 'active',
    is_active: true,
    documents: [document('000000001')],
    ...given,
  }
}

/** The stored person; undefined if there is none. */
export async function stored(database: Executor, id: string) {
  const found = await storedSubject(database, 'person', id)
  return found && { ...found, person: found.subject }
}

/** The events about a person, oldest first. */
export function eventsOf(database: Executor, id: string): Promise<string[]> {
  return eventsAbout(database, 'person', id)
}

/** Marks everything about a person verified. */
export function verifyAll(database: Executor, id: string): Promise<void> {
  return verifySubject(database, 'person', id)
}
