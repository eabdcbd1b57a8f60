/** Employee requests for tests of lists: many, inserted by one statement, with up-to-date statistics. */
import type { TestDatabase } from '../support/database.ts'

/** One legal entity has half of all requests, one a few; two share a name, and three a code. */
export const LARGE = '10000000-0000-4000-8000-000000000000'
export const SMALL = '20000000-0000-4000-8000-000000000000'
/** How many other legal entities there are. */
const OTHERS = 40

/** The code that three of the others share. */
export const SHARED_EDRPOU = '00000003'
/** The name that two of the others share. */
export const SHARED_NAME = 'Спільне здоров’я'

/**
 * Inserts requests a microsecond apart, in random order: each 500th is of the small legal entity, each 97th rejected, each 83rd without a
 * tax id.
 */
export async function fillWithRequests(db: TestDatabase, count: number): Promise<void> {
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  const texts = [
    `insert into prm.legal_entities (id, name, edrpou, type, status)
     select ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, case when n in (11, 12) then '${SHARED_NAME}' else 'Заклад ' || n end,
            case when n in (1, 2, 3) then '${SHARED_EDRPOU}' else lpad((1000 + n)::text, 8, '0') end, 'PRIMARY_CARE', 'ACTIVE'
       from generate_series(1, ${OTHERS}) as n`,
    `insert into prm.legal_entities (id, name, edrpou, type, status)
     values ('${LARGE}', 'Велика', '00000001', 'PRIMARY_CARE', 'ACTIVE'), ('${SMALL}', 'Мала', '00000002', 'PRIMARY_CARE', 'ACTIVE')`,
    `insert into il.employee_requests (id, data, status, inserted_at, inserted_by, updated_by)
     select overlay(overlay(md5('request' || n) placing '4' from 13) placing '8' from 17)::uuid,
            jsonb_build_object(
              'legal_entity_id', case when n % 500 = 0 then '${SMALL}' when n % 2 = 0 then '${LARGE}'
                                      else '30000000-0000-4000-8000-' || lpad((1 + n % ${OTHERS})::text, 12, '0') end,
              'employee_type', 'HR', 'position', 'P1', 'start_date', '2026-01-01',
              'party', jsonb_build_object(
                'last_name', (array['Яценко', 'Ґалаган', 'Іваненко', 'Коваленко', 'Є''ременко', 'Гнатюк'])[1 + n % 6], 'first_name', 'Марія' || n % 1000, 'birth_date', '1984-02-29', 'gender', 'FEMALE', 'tax_id', '3184710691',
                'no_tax_id', n % 83 = 0, 'email', 'maria' || n || '@example.org',
                'documents', '[{"type": "PASSPORT", "number": "АБ123456"}]'::jsonb,
                'phones', '[{"type": "MOBILE", "number": "+380971112233"}]'::jsonb)),
            case when n % 97 = 0 then 'REJECTED' when n % 3 = 0 then 'NEW' when n % 7 = 0 then 'EXPIRED' else 'APPROVED' end,
            timestamptz '2026-01-01' + (n::bigint * 7919 % ${count}) * interval '1 microsecond', gen_random_uuid(), gen_random_uuid()
       from generate_series(1, ${count}) as n`,
    'vacuum analyze il.employee_requests, prm.legal_entities',
  ]
  for (const text of texts) await owner.query({ text, mayTakeLong: true })
}

/** The ids of the requests for which a condition holds, newest first; `r` is a request, `l` its legal entity. */
export async function expectedIds(db: TestDatabase, where: string): Promise<string[]> {
  const rows = await db.database.query<{ id: string }>({
    text: `select r.id from il.employee_requests r left join prm.legal_entities l on l.id = r.legal_entity_id
            where ${where} order by r.inserted_at desc, r.id desc`,
  })
  return rows.map(({ id }) => id)
}
