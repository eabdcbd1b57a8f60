/** The demo's legal entities, their divisions, and the clients that act for them (spec 6.4: a client is a legal entity). */
import type { Executor } from '../src/database/query.ts'
import { DIVISIONS, FACILITIES } from './generate/cast/facilities.ts'

/** Creates missing ones; updates the address of those made by an earlier version. */
export async function provideFacilities(tx: Executor): Promise<void> {
  await tx.query({
    text: `
insert into prm.legal_entities as l (id, name, edrpou, type, status, is_active, addresses)
select f.id, f.name, f.edrpou, f.type, f.status, f.status <> 'CLOSED', f.addresses
  from jsonb_to_recordset($1) as f (id uuid, name text, edrpou text, type text, status text, addresses jsonb)
on conflict (id) do update set name = excluded.name, edrpou = excluded.edrpou, type = excluded.type, status = excluded.status,
       is_active = excluded.is_active, addresses = excluded.addresses
 where l.addresses is null`,
    values: [JSON.stringify(Object.values(FACILITIES))],
  })
  await tx.query({
    text: `
insert into prm.divisions (id, legal_entity_id, name, type, status, is_active)
select d.id, d.legal_entity_id, d.name, d.type, d.status, d.status = 'ACTIVE'
  from jsonb_to_recordset($1) as d (id uuid, legal_entity_id uuid, name text, type text, status text)
on conflict do nothing`,
    values: [JSON.stringify(Object.values(DIVISIONS))],
  })
  await tx.query({
    text: `
insert into mithril.clients (id, name, client_type_id)
select f.id, f.name, t.id from jsonb_to_recordset($1) as f (id uuid, name text, "clientType" text)
  join mithril.client_types t on t.name = f."clientType"
on conflict do nothing`,
    values: [JSON.stringify(Object.values(FACILITIES))],
  })
}
