/** Empties the database for a test, without the cost of creating one. */
import type { Database } from '../../src/database/database.ts'
import type { TestDatabase } from '../support/database.ts'

const TABLES = [
  'il.employee_request_envelopes',
  'il.employee_request_secrets',
  'il.employee_request_envelopes',
  'il.employee_requests',
  'mpi.person_documents',
  'zvirka.claim_batches',
  'mpi.person_unzr_checks',
  'mpi.person_mvs_passport_checks',
  'mpi.person_dms_passport_checks',
  'prm.party_mvs_passport_checks',
  'prm.party_dms_passport_checks',
  'mpi.person_drfo_checks',
  'prm.party_drfo_checks',
  'mpi.person_dracs_death_checks',
  'prm.party_dracs_death_checks',
  'mpi.person_verification_summaries',
  'mpi.person_verification_candidates',
  'mpi.persons',
  'prm.party_documents',
  'prm.employees',
  'prm.divisions',
  'prm.legal_entities',
  'prm.party_verification_summaries',
  'prm.party_verification_candidates',
  'prm.party_users',
  'prm.parties',
  'mimir.dracs_death_acts_hstr',
  'mimir.dracs_death_acts',
  'mimir.unzr_data',
  'mimir.mvs_passport_data',
  'mimir.dms_passport_data',
  'mimir.drfo_data',
  'event_manager.events',
  'zvirka.verification_history',
  'zvirka.answer_tallies',
  'zvirka.guard_windows',
  'zvirka.run_errors',
  'zvirka.run_workers',
  'zvirka.ticks',
  'zvirka.schedules',
  'zvirka.counts',
  'zvirka.rechecks',
  'zvirka.run_changes',
  'zvirka.runs',
  'zvirka.workers',
]

const pools = new WeakMap<TestDatabase, Database>()

/** A pool with the owner's role: the application's cannot delete history or events. */
export function ownerOf(test: TestDatabase): Database {
  const known = pools.get(test)
  if (known !== undefined) return known
  const opened = test.open({ role: 'zvirka_owner', max: 1 })
  pools.set(test, opened)
  return opened
}

/** Empties all tables. Deleting is several times faster than truncating when they hold little. */
export async function emptyTables(test: TestDatabase, how: 'truncate' | 'delete' = 'truncate'): Promise<void> {
  const text =
    how === 'truncate' ? `truncate ${TABLES.join(', ')}` : TABLES.map((table) => `delete from ${table}`).join('; ')
  await ownerOf(test).withClient((client) => client.query(text))
}
