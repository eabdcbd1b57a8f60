import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyOutcomes } from '../../src/synchronization/apply.ts'
import type { Answered } from '../../src/synchronization/outcome.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import type { Decision } from '../../src/verification/rules.ts'
import { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
import { type PassportQuestion, passportQuestion } from '../../src/verification/streams/passport.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startRun } from './cluster.ts'
import { addPersons, nationalId, passport, USER } from './people.ts'
import { addWorker } from './solo.ts'

/** The engine's decision if the document is known. */
function found(question: PassportQuestion): Decision<unknown> {
  const decision = dmsPassport.decide({ status: 1 }, question, { documents: [] })
  if (decision.kind !== 'decided') throw new Error('an answer of 1 decides')
  return decision
}

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

test('of two answers about one person in one flush, the one whose claim holds decides which document is linked', async () => {
  const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
  // Only a worker's row: a running worker would claim the person itself.
  const workerId = await addWorker(db)
  const { id: runId } = await startRun(db)
  const held = randomUUID()
  await db.database.query({
    text: `insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
           values ($1, 'person', 'dms_passport', $2, $3, $4, 'VERIFICATION_NEEDED', 'INITIAL')`,
    values: [id, held, workerId, runId],
  })
  const [check] = await db.database.query<{ version: number }>({
    text: 'select version from mpi.person_dms_passport_checks',
  })
  const version = check?.version ?? 0
  const answered = (token: string, document: Parameters<typeof passportQuestion>[0]): Answered => ({
    kind: 'answered',
    subjectId: id,
    token,
    version,
    decision: found(passportQuestion(document)),
    messageId: randomUUID(),
  })
  // The first claim was made before the person's document changed; its answer came after the second one's.
  const outcomes = [
    answered(held, { ...nationalId(1), type: 'NATIONAL_ID' }),
    answered(randomUUID(), { ...passport(2), type: 'PASSPORT' }),
  ]
  const writing = { process: getProcess('dms_passport/person'), runId, workerId, userId: USER }
  await db.database.transaction((tx) => applyOutcomes(tx, writing, { id: randomUUID(), outcomes, isRepeated: false }))
  const linked = await db.database.query({
    text: `select d.pas_serial, d.pas_number from wide.person_verifications v
             join mimir.dms_passport_data d on d.id = v.dms_passport_data_id where v.person_id = $1`,
    values: [id],
  })
  expect(linked).toEqual([{ pas_serial: null, pas_number: '000000001' }])
})
