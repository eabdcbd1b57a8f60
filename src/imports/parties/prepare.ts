/**
 * Checks whether values of a party's record belong to somebody else (spec 7.3), before anything is written: such a record is refused as a
 * whole. Records of one batch that compete are decided by their order, so that the batch size makes no difference.
 */
import type { Executor } from '../../database/query.ts'
import type { Prepared, RecordRefusal } from '../record-kind.ts'
import type { PartyDraft } from './draft.ts'
import { provideDivisions, provideLegalEntities } from './plans/employees.ts'
import { type Claim, type Conflict, storedClaims, taxKey } from './plans/holders.ts'

/** A refused record of a party; the code says what belongs to somebody else. */
export interface PartyRefusal extends RecordRefusal {
  readonly code: `${Conflict}_of_another`
}

const REASONS: Readonly<Record<Conflict, string>> = {
  tax_id: 'another party has this tax_id with this birth_date',
  employee: 'an employee of employees belongs to another party',
  division: 'a division of employees belongs to another legal entity',
}

/** Finds the records that must be refused, and provides the legal entities and divisions of the others. */
export async function prepareParties(tx: Executor, drafts: readonly PartyDraft[]): Promise<Prepared<PartyRefusal>> {
  if (drafts.length === 0) return { kind: 'ready', refused: new Map() }
  const claims = new Map(drafts.map((draft) => [draft.id, claimsOf(draft)]))
  const all = [...claims.values()].flat()
  if (areContested(all)) return { kind: 'order_counts' }
  const stored = await tx.query<Claim>(storedClaims(all))
  const owners = new Map(stored.map((claim) => [nameOf(claim), claim.owner]))
  const refused = new Map<string, PartyRefusal>()
  for (const [id, own] of claims) {
    const lost = own.find((claim) => (owners.get(nameOf(claim)) ?? claim.owner) !== claim.owner)
    if (lost === undefined) continue
    // Its holder may release it in this batch, or be refused.
    if (lost.what === 'tax_id' && claims.has(owners.get(nameOf(lost)) ?? '')) return { kind: 'order_counts' }
    refused.set(id, {
      kind: 'refused',
      code: `${lost.what}_of_another`,
      reason: REASONS[lost.what],
    })
  }
  await provide(
    tx,
    drafts.filter(({ id }) => !refused.has(id)),
  )
  return { kind: 'ready', refused }
}

function claimsOf({ id, taxId, birthDate, employees }: PartyDraft): Claim[] {
  const claims: Claim[] = employees.map((employee) => ({ what: 'employee', key: employee.id, owner: id }))
  if (taxId !== null) claims.push({ what: 'tax_id', key: taxKey(taxId, birthDate), owner: id })
  for (const { division_id: key, legal_entity_id: owner } of employees) {
    if (key !== null) claims.push({ what: 'division', key, owner })
  }
  return claims
}

function nameOf({ what, key }: Claim): string {
  return `${what} ${key}`
}

function areContested(claims: readonly Claim[]): boolean {
  const owners = new Map<string, string>()
  return claims.some((claim) => {
    const name = nameOf(claim)
    const owner = owners.get(name) ?? claim.owner
    owners.set(name, owner)
    return owner !== claim.owner
  })
}

async function provide(tx: Executor, drafts: readonly PartyDraft[]): Promise<void> {
  const employees = drafts.flatMap((draft) => draft.employees)
  if (employees.length === 0) return
  await tx.query(provideLegalEntities([...new Set(employees.map(({ legal_entity_id }) => legal_entity_id))]))
  const divisions = new Map(
    employees.flatMap(({ division_id: id, legal_entity_id: legalEntityId }) =>
      id === null ? [] : [[id, { id, legalEntityId }] as const],
    ),
  )
  if (divisions.size > 0) await tx.query(provideDivisions([...divisions.values()]))
}
