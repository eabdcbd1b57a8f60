/** Creates many pending employee requests, and replays the statements of one approval for other requests. */

import { randomUUID } from 'node:crypto'
import { openDatabase } from '../src/database/database.ts'
import type { Executor, Query } from '../src/database/query.ts'
import { approveRequest } from '../src/employee-requests/approve.ts'
import { Jobs } from '../src/jobs/jobs.ts'
import { checksOf, ownStreamsOf } from '../src/verification-store/kinds.ts'
import { USER, verificationTables } from './database.ts'

/** Whether a request is for an unknown person, or changes an existing employee. */
export type Kind = 'new' | 'known'

const LEGAL_ENTITY = '11111111-0000-4000-8000-00000000b001'

const pad = (n: number, length: number) => String(n).padStart(length, '0')
/** The fields in which requests differ. */
const words = (n: number) => ({
  request: `aaaaaaaa-0000-4000-8000-${pad(n, 12)}`,
  user: `bbbbbbbb-0000-4000-8000-${pad(n, 12)}`,
  party: `cccccccc-0000-4000-8000-${pad(n, 12)}`,
  employee: `dddddddd-0000-4000-8000-${pad(n, 12)}`,
  taxId: `31${pad(n, 8)}`,
  document: `9${pad(n, 8)}`,
  email: `bench${pad(n, 8)}@example.org`,
  token: `bench-token-${pad(n, 8)}`,
})

/** The request with this number, and the token of the invited user. */
export function invitation(n: number): { id: string; token: string; userId: string; email: string } {
  const { request, token, user, email } = words(n)
  return { id: request, token, userId: user, email }
}

const LEARNED = {
  educations: [
    { country: 'UA', city: 'Київ', institution_name: 'НМУ', diploma_number: 'Д1', degree: 'MASTER', speciality: 'ЛС' },
  ],
  specialities: [
    {
      ...{ speciality: 'THERAPIST', speciality_officio: true, level: 'FIRST', qualification_type: 'AWARDING' },
      ...{ attestation_name: 'НМУ', attestation_date: '2020-01-02', certificate_number: 'С1' },
    },
  ],
}

function dataOf(n: number, kind: Kind): object {
  const { employee, taxId, document, email } = words(n)
  return {
    ...{ legal_entity_id: LEGAL_ENTITY, position: 'P2', start_date: '2026-01-15', employee_type: 'DOCTOR' },
    ...(kind === 'known' ? { employee_id: employee } : {}),
    doctor: LEARNED,
    party: {
      ...{
        last_name: 'Шевченко',
        first_name: 'Олена',
        second_name: 'Іванівна',
        birth_date: '1985-05-17',
        gender: 'FEMALE',
      },
      ...{ tax_id: taxId, no_tax_id: false, email },
      documents: [{ type: 'NATIONAL_ID', number: document, issued_at: '2020-01-02', issued_by: '8001' }],
      phones: [{ type: 'MOBILE', number: '+380971112233' }],
    },
  }
}

const BATCH = 500

/** Inserts requests numbered from 0, each with a user who has a token; requests for known people with all their records. */
export async function addRequests(owner: Executor, count: number, kind: Kind): Promise<void> {
  for (const text of [
    `insert into prm.legal_entities (id, name, edrpou, type, status) values ('${LEGAL_ENTITY}', 'Клініка', '42032422', 'PRIMARY_CARE', 'ACTIVE')`,
    `insert into mithril.clients (id, name, client_type_id) select '${LEGAL_ENTITY}', 'Клініка', id from mithril.client_types where name = 'MSP'`,
  ])
    await owner.query({ text })
  for (let from = 0; from < count; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => {
      return { ...words(from + n), data: dataOf(from + n, kind) }
    })
    for (const text of kind === 'known' ? [...INVITED, ...KNOWN] : INVITED) {
      await owner.query({ text: `${ROWS}\n${text}`, values: [JSON.stringify(rows), USER] })
    }
  }
  for (const table of [
    'prm.parties',
    'prm.employees',
    ...verificationTables('party'),
    'il.employee_requests',
    'mithril.tokens',
  ])
    await owner.query({ text: `analyze ${table}` })
}

const ROWS = `with input as (select $2::uuid as by, r.* from jsonb_to_recordset($1) as r (request uuid, "user" uuid, party uuid, employee uuid,
  "taxId" text, document text, email text, token text, data jsonb))`

const INVITED = [
  'insert into mithril.users (id, email) select "user", email from input',
  `insert into mithril.tokens (name, value_hash, user_id, expires_at, details)
   select 'bench', sha256(token::bytea), "user", now() + interval '1 day',
          '{"client_id": "${LEGAL_ENTITY}", "scope": "employee_request:update"}' from input`,
  'insert into il.employee_requests (id, data, inserted_by, updated_by) select request, data, by, by from input',
]

const KNOWN = [
  `insert into prm.parties (id, first_name, last_name, second_name, birth_date, gender, tax_id, inserted_by, updated_by)
   select party, 'Олена', 'Шевченко', 'Іванівна', '1985-05-17', 'FEMALE', "taxId", by, by from input`,
  `insert into prm.party_documents (party_id, type, number, issued_at) select party, 'NATIONAL_ID', document, '2020-01-02' from input`,
  `insert into prm.employees (id, party_id, legal_entity_id, employee_type, position, status, start_date, speciality, inserted_by, updated_by)
   select employee, party, '${LEGAL_ENTITY}', 'DOCTOR', 'P1', 'APPROVED', '2026-01-15', '{"speciality": "THERAPIST"}', by, by from input`,
  'insert into prm.party_verification_summaries (party_id, inserted_by, updated_by) select party, by, by from input',
  ...ownStreamsOf('party').map(
    (
      stream,
    ) => `insert into ${checksOf('party', stream)} (subject_id, subject_inserted_at, is_subject_active, updated_by)
   select v.party_id, v.subject_inserted_at, v.is_subject_active, by from input join prm.party_verification_summaries v on v.party_id = party`,
  ),
  'insert into prm.party_users (user_id, party_id) select "user", party from input',
]

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const KEPT = new Set([LEGAL_ENTITY])

/** The statements of an approval, for a request of any number. */
export type Statements = (n: number) => Query[]

/** Approves a request and records the statements between `begin` and `commit`. */
export async function recordApproval(url: string, recorded: number): Promise<Statements> {
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'bench', max: 2 })
  const jobs = await Jobs.open(database, () => undefined)
  const sent: Query[] = []
  const { id, userId, email } = invitation(recorded)
  const actor = { userId, clientId: LEGAL_ENTITY, requestId: randomUUID() }
  const recording = {
    query: database.query.bind(database),
    transaction: <T>(work: (tx: Executor) => Promise<T>) =>
      database.transaction((tx) =>
        work({
          query: (query) => {
            sent.push(query)
            return tx.query(query)
          },
        }),
      ),
    ...{ pinned: database.pinned.bind(database), withClient: database.withClient.bind(database) },
    ...{ use: database.use.bind(database), close: database.close.bind(database) },
  }
  const operation = 'POST /api/employee_requests/:id/approve'
  const approval = await approveRequest({ database: recording, jobs, knownParty: 'seed' }, id, {
    actor,
    email,
    operation,
  })
  if (approval.kind !== 'approved') throw new Error(approval.refusal.message)
  await jobs.close()
  await database.close()
  return (n) => sent.map(forAnother(words(recorded), words(n)))
}

// Replaces ids that the recorded approval generated by new ones.
function forAnother(from: Readonly<Record<string, string>>, to: Readonly<Record<string, string>>) {
  const made = new Map<string, string>([...KEPT].map((id) => [id, id]))
  const known = Object.keys(from).map((name) => [from[name] ?? '', to[name] ?? ''] as const)
  for (const [before, after] of known) made.set(before, after)
  const idFor = (id: string) => {
    const other = made.get(id) ?? randomUUID()
    made.set(id, other)
    return other
  }
  return (query: Query): Query => {
    if (query.values === undefined) return query
    const text = known.reduce(
      (json, [before, after]) => json.replaceAll(before, after),
      JSON.stringify(query.values).replaceAll(UUID, idFor),
    )
    return { ...query, values: JSON.parse(text) }
  }
}
