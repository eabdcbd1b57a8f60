/** A legal entity with a division and an employee, for tests of requests over HTTP. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import type { TestApi, TestClient } from '../api/api.ts'
import type { Ids } from './requests.ts'

/** A legal entity that creates requests. */
export interface Facility extends Ids {
  readonly client: TestClient
  /** The owner's token. */
  readonly token: string
}

/** Creates one with an active division. */
export async function makeFacility(api: TestApi, type = 'MSP'): Promise<Facility> {
  const client = await api.client(type)
  const divisionId = await addDivision(api.db.database, client.id)
  const token = await api.token({ role: type === 'NHS' ? 'NHS ADMIN' : 'OWNER', client })
  return { client, legalEntityId: client.id, divisionId, token }
}

/** Adds a division; active by default. */
export async function addDivision(
  database: Executor,
  legalEntityId: string,
  { status = 'ACTIVE', isActive = true }: { readonly status?: string; readonly isActive?: boolean } = {},
): Promise<string> {
  const id = randomUUID()
  await database.query({
    text: `insert into prm.divisions (id, legal_entity_id, name, type, status, is_active) values ($1, $2, 'Амбулаторія', 'CLINIC', $3, $4)`,
    values: [id, legalEntityId, status, isActive],
  })
  return id
}

/** Somebody who works there, in the form that requests.ts uses. */
export interface Worker {
  readonly status?: string
  readonly isActive?: boolean
  readonly taxId?: string | null
  readonly employeeType?: string
  readonly birthDate?: string
  readonly startDate?: string
}

/** Adds an employee with a party of their own; by default the doctor of `aRequest()`. */
export async function addEmployee(
  database: Executor,
  legalEntityId: string,
  {
    status = 'APPROVED',
    isActive = true,
    taxId = '3184710691',
    employeeType = 'DOCTOR',
    birthDate = '1984-02-29',
    startDate = '2026-03-02',
  }: Worker = {},
): Promise<string> {
  // Of two parties with one tax id the older one loses it.
  await database.query({
    text: 'update prm.parties set tax_id = null where tax_id = $1 and birth_date = $2',
    values: [taxId, birthDate],
  })
  const [id, partyId] = [randomUUID(), randomUUID()]
  await database.query({
    text: `insert into prm.parties (id, first_name, last_name, birth_date, tax_id, inserted_by, updated_by)
           values ($1, 'Марія', 'Коваленко', $2, $3, $1, $1)`,
    values: [partyId, birthDate, taxId],
  })
  await database.query({
    text: `insert into prm.employees (id, party_id, legal_entity_id, employee_type, position, status, is_active, start_date, inserted_by, updated_by)
           values ($1, $2, $3, $4, 'P6', $5, $6, $7, $1, $1)`,
    values: [id, partyId, legalEntityId, employeeType, status, isActive, startDate],
  })
  return id
}
