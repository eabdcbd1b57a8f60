/** Imports of people whom workers are checking at the same time, by two processes (spec 1.8, 2.5, 2.8). */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { getProcess } from '../../src/synchronization/process.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { employee, importLines as importParties, party } from '../parties/parties.ts'
import { importLines as importPersons, person } from '../persons/persons.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { answer, makeWorker, startRun, untilOver } from '../synchronization/cluster.ts'
import { document, type Line } from './people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const PEOPLE = 400
const ROUNDS = 12

/** The number of a document: whose it is, and in which round it was assigned. Every third one is found. */
function numberOf(who: number, round: number): string {
  return `${String(who).padStart(4, '0')}${String(round).padStart(5, '0')}`
}
function isFound(number: string): boolean {
  return (Number(number.slice(0, 4)) + Number(number.slice(4))) % 3 === 0
}

interface Row {
  readonly mvs: string
  readonly dms: string
  readonly number: string
  readonly cumulative: string
  readonly last_event: string | null
}

const verified = { status: 'VERIFIED', reason: 'AUTO' }
const notNeeded = { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }

const PERSONS = {
  kind: 'person' as const,
  processes: [getProcess('mvs_passport/person'), getProcess('dms_passport/person')],
  importLines: importPersons,
  // The stream unzr is settled here, so a change sets it to VERIFICATION_NOT_NEEDED again.
  make: (documents: Line[]) =>
    person({
      unzr: null,
      documents,
      verification: { drfo: verified, dracs_death: verified, nhs: verified, unzr: notNeeded },
    }),
  // Another change, which triggers nothing.
  aside: (_: number): Line => ({}),
}

const PARTIES = {
  kind: 'party' as const,
  processes: [getProcess('mvs_passport/party'), getProcess('dms_passport/party')],
  importLines: importParties,
  make: (documents: Line[]) => party({ documents, verification: { drfo: verified, dracs_death: verified } }),
  aside: (round: number): Line => ({
    about_myself: String(round),
    employees: [employee({ position: `P${round}`, status: round % 2 === 0 ? 'DISMISSED' : 'APPROVED' })],
  }),
}

describe.each([PERSONS, PARTIES])(
  'imports during two processes of a $kind',
  ({ kind, processes, importLines, make, aside }) => {
    const of = KINDS[kind]
    const openRuns = () =>
      db.database.query<{ process: string }>({ text: 'select process from zvirka.runs where ended_at is null' })

    test('leave each checked with the last document; nothing is stuck or lost', async () => {
      const people = Array.from({ length: PEOPLE }, (_, who) => make([document(numberOf(who, 1))]))
      await importLines(db.database, people)

      const asked = new Map<string, number>()
      const troubles: unknown[] = []
      const workers = [1, 2].map(() =>
        makeWorker(db, {
          ask: async ({ pasNumber }) => {
            await delay(Math.random() * 20)
            asked.set(pasNumber, (asked.get(pasNumber) ?? 0) + 1)
            return answer(isFound(pasNumber) ? 1 : 0)
          },
          onTrouble: (error) => troubles.push(error),
          batchSize: 50,
        }),
      )
      const startAll = async () => {
        const open = (await openRuns()).map(({ process }) => process)
        const due = processes.filter(({ key }) => !open.includes(key))
        return Promise.all(due.map(({ key }) => startRun(db, { process: key })))
      }
      await Promise.all(workers.map((worker) => worker.start()))
      try {
        for (let round = 2; round <= ROUNDS; round += 1) {
          await startAll()
          // Half of them in each round, in a different order; two imports at a time.
          const changed = people
            .map((one, who) => ({ ...one, ...aside(round), documents: [document(numberOf(who, round))] }))
            .filter((_, who) => (who + round) % 2 === 0 || round > ROUNDS - 2)
            .sort(() => Math.random() - 0.5)
          const half = changed.length >> 1
          const results = await Promise.all([
            importLines(db.database, changed.slice(0, half), { batchSize: 60 }),
            importLines(db.database, changed.slice(half), { batchSize: 90 }),
          ])
          for (const { counts } of results) expect(counts).toMatchObject({ new: 0, unchanged: 0, bad: 0 })
        }
        await until('the end of all runs', async () => (await openRuns()).length === 0)
        // Subjects triggered after the last run ended.
        for (const run of await startAll()) await untilOver(db, run.id)
        await until(
          'the end of all claims',
          async () => (await db.database.query({ text: 'select 1 from zvirka.claims' })).length === 0,
        )
      } finally {
        await Promise.all(workers.map((worker) => worker.stop()))
      }
      expect(troubles).toEqual([])
      const [met] = await db.database.query<{ dropped: number; deadlocks: number; in_review: number }>({
        text: `select (select sum(w.dropped)::int from zvirka.run_workers w join zvirka.runs r on r.id = w.run_id
                      where r.process = any ($1)) as dropped,
                    (select deadlocks::int from pg_stat_database where datname = current_database()) as deadlocks,
                    (select count(*)::int from ${of.verifications}
                      where 'IN_REVIEW' in (mvs_passport_verification_status, dms_passport_verification_status)) as in_review`,
        values: [processes.map(({ key }) => key)],
      })
      // Some subjects were changed while their question was open: otherwise this proves nothing.
      expect(met?.dropped).toBeGreaterThan(0)
      expect(met).toMatchObject({ deadlocks: 0, in_review: 0 })

      const rows = await db.database.query<Row>({
        text: `select concat_ws(' ', v.mvs_passport_verification_status, v.mvs_passport_verification_reason) as mvs,
                    concat_ws(' ', v.dms_passport_verification_status, v.dms_passport_verification_reason) as dms,
                    d.number, s.verification_status as cumulative,
                    (select e.properties->'verification_status'->>'new_value' from event_manager.events e
                      where e.entity_id = s.id order by event_time desc limit 1) as last_event
               from ${of.subjects} s join ${of.verifications} v on v.${of.subjectId} = s.id
               join ${of.documents} d on d.${of.subjectId} = s.id`,
      })
      expect(rows).toHaveLength(PEOPLE)
      for (const { mvs, dms, number, cumulative, last_event } of rows) {
        expect(Number(number.slice(4))).toBe(ROUNDS)
        // At least once by each process.
        expect(asked.get(number)).toBeGreaterThanOrEqual(2)
        const expected = isFound(number)
          ? ['NOT_VERIFIED AUTO_LOST', 'NOT_VERIFIED AUTO_NOT_VALID']
          : ['VERIFIED AUTO_NOT_LOST', 'VERIFIED AUTO_VALID']
        expect([mvs, dms]).toEqual(expected)
        // The last event has the current status; a subject that never changed has none.
        expect(last_event ?? 'VERIFICATION_NEEDED').toBe(cumulative)
      }
    })
  },
)
