/** If the digest differed from the previous version's, everybody would count as changed and be checked again. */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOfParty } from '../../src/imports/parties/draft.ts'
import { readParty } from '../../src/imports/parties/record.ts'
import { digestOfPerson } from '../../src/imports/persons/persons.ts'
import { readPerson } from '../../src/imports/persons/record.ts'
import { employee, party } from '../parties/parties.ts'
import { person } from '../persons/persons.ts'

const ID = '00000000-0000-4000-8000-000000000001'

/** The hexadecimal digest of a value as an import would read it. */
function digest<R>(read: (value: unknown) => { record: R } | { reason: string }, of: (record: R) => Buffer) {
  return (value: unknown) => {
    const result = read(value)
    if (!('record' in result)) throw new Error(result.reason)
    return of(result.record).toString('hex')
  }
}
const ofPerson = digest(readPerson, digestOfPerson)
const ofParty = digest(readParty, digestOfParty)

test('the digest of a person has not changed since the first version', () => {
  const content =
    '[["Шевченко","Олена","Іванівна","1980-01-31","FEMALE","2924500001",false,"19800131-00001"],' +
    '[["NATIONAL_ID","000000001","2020-05-06",null,"8001"]]]'
  const sha = createHash('sha256').update(content).digest('hex')
  expect(ofPerson(person({ id: ID }))).toBe(`${sha}03`)
  expect(ofPerson(person({ id: ID, is_active: false }))).toBe(`${sha}01`)
  expect(ofPerson(person({ id: ID, status: 'inactive' }))).toBe(`${sha}02`)
})

test('the digest of a party has not changed since the first version', () => {
  const one = party({ id: ID, tax_id: '2924500001', employees: [employee({ id: ID })] })
  expect(ofParty(one)).toMatchInlineSnapshot(
    `"bab50d8f4d5999340f77731f9846c67bf8ab5165f9a1285a10ce1cb6a0cc32bcad7f8d01c097a81f10070f95688c694523dd34f0f127f0ede73cdbe6c2c49463"`,
  )
  const halves = (value: unknown) => [ofParty(value).slice(0, 64), ofParty(value).slice(64)]
  const [checked, rest] = halves(one)
  expect(halves({ ...one, gender: null })).toEqual([expect.not.stringMatching(checked ?? ''), rest])
  expect(halves({ ...one, about_myself: null })).toEqual([checked, expect.not.stringMatching(rest ?? '')])
})
