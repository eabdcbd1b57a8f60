/** The verification row copies the insertion time of its subject, whichever statement writes (spec 4.3). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importLines as importParties, party } from '../parties/parties.ts'
import { importLines, person } from '../persons/persons.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { addParties, addPersons } from '../synchronization/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const TABLES = {
  person: ['mpi.persons', 'wide.person_verifications'],
  party: ['prm.parties', 'wide.party_verifications'],
} as const

async function counted(kind: 'person' | 'party') {
  const [subjects, verifications] = TABLES[kind]
  const [row] = await db.database.query<{ all: number; equal: number }>({
    text: `select count(*) as all, count(*) filter (where v.subject_inserted_at = s.inserted_at) as equal
             from ${subjects} s join ${verifications} v on v.${kind}_id = s.id`,
  })
  return row
}

describe.each(['person', 'party'] as const)('the verification of a %s', (kind) => {
  test('has the insertion time of its subject, inserted by the same statement or earlier', async () => {
    if (kind === 'person') {
      await importLines(db.database, [person(), person({ id: '00000000-0000-4000-8000-000000000001' })])
      await addPersons(db.database, [{}, {}])
    } else {
      await importParties(db.database, [party()])
      await addParties(db.database, [{}, {}, {}])
    }
    expect(await counted(kind)).toEqual({ all: 4, equal: 4 })
  })

  test('follows its subject if that time changes', async () => {
    const [subjects] = TABLES[kind]
    await db.database.query({ text: `update ${subjects} set inserted_at = inserted_at - interval '1 year'` })
    expect(await counted(kind)).toEqual({ all: 4, equal: 4 })
  })
})
