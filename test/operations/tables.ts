/** What tests of operating need besides people and workers. */
import type { TestDatabase } from '../support/database.ts'

/** Empties every table that people, runs and what they leave lie in. */
export async function emptyTables(test: TestDatabase): Promise<void> {
  const owner = test.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({
    text: `truncate mpi.persons, mpi.person_documents, mpi.person_verifications, prm.parties, prm.party_documents,
           prm.party_verifications, mimir.dms_passport_data, event_manager.events, zvirka.verification_history,
           zvirka.claims, zvirka.answer_tallies, zvirka.runs, zvirka.run_workers, zvirka.run_errors, zvirka.ticks,
           zvirka.workers, zvirka.counts, zvirka.guard_windows, zvirka.rechecks`,
  })
  await owner.close()
}
