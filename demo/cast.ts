/**
 * The demo's cast (docs/employee-requests.md): facilities with an employee of every type and their users, patients with declarations,
 * contracts, candidates of DRACS, employee requests in each status. It is inserted once; later changes to it stay.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../src/database/database.ts'
import type { Executor } from '../src/database/query.ts'
import type { ImportOptions, ImportResult } from '../src/imports/import.ts'
import { importParties } from '../src/imports/parties/parties.ts'
import { importPersons } from '../src/imports/persons/persons.ts'
import { openRecordFile } from '../src/records/file.ts'
import { OWN_STREAMS } from '../src/verification/status.ts'
import { provideFacilities } from './facilities.ts'
import { FACILITIES } from './generate/cast/facilities.ts'
import { castId } from './generate/cast/ids.ts'
import { CANDIDATES, CONTRACTS, REQUESTS } from './generate/cast/papers.ts'
import { DECLARATIONS, PATIENTS } from './generate/cast/patients.ts'
import { CAST_PARTIES, emailOf, STAFF } from './generate/cast/staff.ts'

interface CastOptions {
  /** For temporary files. */
  readonly folder: string
  readonly userId: string
  readonly signal: AbortSignal
}

/** Inserts the cast unless it exists. An interrupted start leaves the rest to the next one. */
export async function provideCast(database: Database, options: CastOptions): Promise<void> {
  const [whole] = await database.query({
    text: 'select from il.employee_requests where id = $1',
    values: [castId('request', 1)],
  })
  if (whole !== undefined) return
  await database.transaction(provideFacilities)
  await take(database, importPersons, PATIENTS, options)
  await take(database, importParties, CAST_PARTIES, options)
  if (!options.signal.aborted) await database.transaction((tx) => providePapers(tx, options.userId))
}

type Importing = (database: Database, options: ImportOptions) => Promise<ImportResult>

async function take(
  database: Database,
  importing: Importing,
  records: readonly object[],
  { folder, userId, signal }: CastOptions,
): Promise<void> {
  const path = join(folder, 'cast.ndjson')
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const file = await openRecordFile(path)
  try {
    const { counts } = await importing(database, { file, userId, signal, served: new Set(OWN_STREAMS) })
    if (counts.bad > 0) throw new Error('some of the demo’s cast were refused')
  } finally {
    await file.close()
  }
}

const MEMBERS = STAFF.filter(({ login }) => login !== '').map((who) => ({
  ...{ user_id: castId('user', who.number), email: emailOf(who), party_id: castId('party', who.number) },
  ...{ client_id: FACILITIES[who.at].id, role: who.type },
}))

// The requests are inserted last: if they exist, everything does.
async function providePapers(tx: Executor, userId: string): Promise<void> {
  const members = JSON.stringify(MEMBERS)
  await tx.query({
    text: `insert into mithril.users (id, email) select m.user_id, m.email from jsonb_to_recordset($1) as m (user_id uuid, email text)
           on conflict do nothing`,
    values: [members],
  })
  await tx.query({
    text: `
with member as (
  select u.id as user_id, m.party_id, m.client_id, m.role
    from jsonb_to_recordset($1) as m (email text, party_id uuid, client_id uuid, role text) join mithril.users u using (email)
),
roles as (
  insert into mithril.user_roles (user_id, role_id, client_id)
  select m.user_id, r.id, m.client_id from member m join mithril.roles r on r.name = m.role
  on conflict do nothing
)
insert into prm.party_users (user_id, party_id) select user_id, party_id from member on conflict do nothing`,
    values: [members],
  })
  await tx.query({
    text: `
insert into ops.declarations (id, employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
select d.*, $2 from jsonb_to_recordset($1)
    as d (id uuid, employee_id uuid, person_id uuid, legal_entity_id uuid, start_date date, end_date date, status text)
on conflict do nothing`,
    values: [JSON.stringify(DECLARATIONS), userId],
  })
  await tx.query({
    text: `
insert into ops.contracts (id, contract_number, contractor_legal_entity_id, contractor_owner_id, status, start_date, end_date, updated_by)
select c.*, $2 from jsonb_to_recordset($1)
    as c (id uuid, contract_number text, contractor_legal_entity_id uuid, contractor_owner_id uuid, status text, start_date date, end_date date)
on conflict do nothing`,
    values: [JSON.stringify(CONTRACTS), userId],
  })
  await tx.query({
    text: `
insert into prm.party_verification_candidates (id, party_id, entity_type, entity_id, status)
select c.* from jsonb_to_recordset($1) as c (id uuid, party_id uuid, entity_type text, entity_id uuid, status text)
on conflict do nothing`,
    values: [JSON.stringify(CANDIDATES)],
  })
  await tx.query({
    text: `
insert into il.employee_requests (id, data, status, employee_id, inserted_at, inserted_by, updated_by)
select r.id, r.data, r.status, r.employee_id, now() - r."daysAgo" * interval '1 day', $2, $2
  from jsonb_to_recordset($1) as r (id uuid, data jsonb, status text, employee_id uuid, "daysAgo" integer)
on conflict do nothing`,
    values: [JSON.stringify(REQUESTS), userId],
  })
}
