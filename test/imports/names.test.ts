import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NameCheck } from '../../src/imports/names.ts'
import { PARTY_NAMES } from '../../src/imports/parties/record.ts'
import { PERSON_NAMES } from '../../src/imports/persons/record.ts'
import { keyThatComesTwice } from '../../src/records/twice.ts'
import { importText, person, stored } from '../persons/persons.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const REQUIRED = ['id', 'last_name', 'first_name', 'birth_date']

describe('a CSV header is refused', () => {
  test.each([
    ['without a column that is needed', ['id', 'last_name', 'birth_date'], 'has no column first_name'],
    [
      'with a column twice, with both places',
      [...REQUIRED, 'tax_id', 'unzr', 'tax_id'],
      'has tax_id in columns 5 and 7',
    ],
    [
      'with a misspelt column',
      [...REQUIRED, 'document_type', 'documet_number'],
      'has no column document_number; has documet_number in column 6, which is unknown: did you mean document_number?',
    ],
    [
      'with a column in other letters',
      [...REQUIRED.slice(1), 'ID'],
      'has no column id; has ID in column 4, which is unknown: did you mean id?',
    ],
    [
      'with a Cyrillic letter in a column',
      [...REQUIRED, 'unzr', 'tах_id'],
      'has tах_id in column 6, which is unknown: did you mean tax_id?',
    ],
    ['with a part of the columns of a document', [...REQUIRED, 'document_number'], 'has no column document_type'],
    [
      'with a list of documents',
      [...REQUIRED, 'documents'],
      'has documents in column 5: a row has one document, in document_type, document_number, document_issued_at, document_expiration_date, document_issued_by',
    ],
  ])('%s', (_, columns, words) => {
    expect(() => new NameCheck(PERSON_NAMES).checkHeader(columns)).toThrow(`the CSV header ${words}`)
  })
})

test('other columns are ignored and reported', async () => {
  const one = person()
  const text = `id,last_name,first_name,birth_date,email,Примітка,,last_names\n${one.id},А,Б,2000-01-01,x,y,z,w\n`
  const { counts, passedOver } = await importText(db.database, text)
  expect(counts).toMatchObject({ new: 1, bad: 0 })
  expect(passedOver).toEqual({ names: ['email', 'Примітка', 'column 7', 'last_names'], hasOthers: false })
})

describe('a field of NDJSON', () => {
  const lines = (...records: readonly object[]) => records.map((record) => JSON.stringify(record)).join('\n')
  const [document] = person()['documents'] as readonly object[]

  test('is refused if its name resembles a missing one', async () => {
    const { tax_id: taxId, ...one } = person()
    const { bad, counts } = await importText(
      db.database,
      lines({ ...one, taxId }, person({ documents: [document, { type: 'PASSPORT', nubmer: 'АБ123456' }] }), person()),
    )
    expect(counts.new).toBe(1)
    expect(bad.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'taxId is not a field (did you mean tax_id?)'],
      [2, 'documents[1].nubmer is not a field (did you mean number?)'],
    ])
    expect(new NameCheck(PARTY_NAMES).findMisspelt({ employees: [{}, { legal_entity: {} }] })).toEqual([
      { code: 'misspelt', field: 'employees[1].legal_entity', nearest: 'legal_entity_id' },
    ])
  })

  test('is ignored if its name resembles none, or the similar one is present; its name is reported unless it could be data', async () => {
    const one = person({ email: 'x', taxid: '1', documents: [{ ...document, scan: 1 }], Таємниця: 1 })
    const { counts, passedOver } = await importText(db.database, lines(one, person({ email: 'y' })))
    expect(counts).toMatchObject({ new: 2, bad: 0 })
    expect(passedOver).toEqual({ names: ['email', 'taxid', 'documents.scan'], hasOthers: true })
  })

  test('is refused if it occurs twice in one object, at any level', async () => {
    const one = person()
    const text = JSON.stringify(one)
    const twice = text.replace('"tax_id":', '"unzr" :"19800131-00002","tax_id":')
    const within = JSON.stringify(person()).replace('"number":', '"number":"1","number":')
    const { bad } = await importText(db.database, `${twice}\n${within}\n`)
    expect(bad.map(({ reason }) => reason)).toEqual([
      'unzr occurs twice in one object',
      'number occurs twice in one object',
    ])
    expect(await stored(db.database, one.id)).toBeUndefined()
  })
})

test('JSON written from a value is never reported for a duplicate key', () => {
  const text = fc.stringMatching(/^[a":\\{} ,]*$/)
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.array(tie('any')), fc.dictionary(text, tie('any'))),
  })).any
  fc.assert(
    fc.property(value, fc.boolean(), (of, isSpaced) => {
      const written = JSON.stringify(of, undefined, isSpaced ? 1 : undefined)
      expect(keyThatComesTwice(written, JSON.parse(written))).toBeUndefined()
    }),
  )
})
