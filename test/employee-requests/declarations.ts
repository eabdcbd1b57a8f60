/** Declarations in tests: a doctor's patients, and an independent version of the rules of spec 5.3.3, day by day. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { USER } from '../synchronization/people.ts'

/** A patient with a declaration; days are `YYYY-MM-DD`. */
export interface TestDeclaration {
  readonly birth_date: string
  readonly start_date: string
  readonly status: string
}

/** A declaration after the change. */
export interface DeclarationSeen {
  readonly status: string
  readonly reason: string | null
  readonly end_date: string
  /** Whether somebody other than its creator updated it. */
  readonly isWritten: boolean
  readonly events: readonly unknown[]
}

/** The end date of every declaration inserted here. */
export const END = '2099-12-31'

/** Inserts declarations of an employee, each with a person. Returns their ids. */
export async function addDeclarations(
  executor: Executor,
  employeeId: string,
  declarations: readonly TestDeclaration[],
): Promise<string[]> {
  const rows = declarations.map((declaration) => ({ ...declaration, id: randomUUID(), person_id: randomUUID() }))
  await executor.query({
    text: `
with rows as (select * from jsonb_to_recordset($1) as r (id uuid, person_id uuid, birth_date date, start_date date, status text)),
persons as (
  insert into mpi.persons (id, first_name, last_name, birth_date, inserted_by, updated_by)
  select person_id, 'Іван', 'Франко', birth_date, $3, $3 from rows
)
insert into ops.declarations (id, employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
select id, $2, person_id, gen_random_uuid(), start_date, '${END}', status, $3 from rows`,
    values: [JSON.stringify(rows), employeeId, USER],
  })
  return rows.map(({ id }) => id)
}

/** The declarations as they are now. */
export async function declarationsSeen(executor: Executor, ids: readonly string[]): Promise<DeclarationSeen[]> {
  return executor.query<DeclarationSeen>({
    text: `
select d.status, d.reason, d.end_date::text, d.updated_by <> $2 as "isWritten",
       coalesce((select jsonb_agg(jsonb_build_object('type', e.entity_type, 'is', e.properties, 'by', e.changed_by = d.updated_by))
                   from event_manager.events e where e.entity_id = d.id), '[]') as events
  from unnest($1::uuid[]) with ordinality as i (id, place) join ops.declarations d on d.id = i.id order by i.place`,
    values: [ids, USER],
  })
}

/** The global parameters of spec 6.3 that the rules depend on. */
export interface Terms {
  readonly adult_age: number
  readonly declaration_term: number
  readonly declaration_term_unit: 'YEARS' | 'DAYS'
}

export const DEFAULT_TERMS: Terms = { adult_age: 18, declaration_term: 40, declaration_term_unit: 'YEARS' }

/** Sets them. */
export async function setTerms(executor: Executor, terms: Terms): Promise<void> {
  await executor.query({
    text: `update prm.global_parameters g set value = t.value from jsonb_each_text($1) as t (parameter, value)
            where g.parameter = t.parameter`,
    values: [JSON.stringify(terms)],
  })
}

const MILLISECONDS_A_DAY = 86_400_000

/** The day so many days later. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * MILLISECONDS_A_DAY).toISOString().slice(0, 10)
}

/** The day so many years later; for 29 February, 28 February if the year has no 29th. */
export function addYears(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const lastOfMonth = new Date(Date.UTC(year + count, month, 0)).getUTCDate()
  return new Date(Date.UTC(year + count, month - 1, Math.min(date, lastOfMonth))).toISOString().slice(0, 10)
}

/** What the specification says happens to a declaration. */
export function expected(
  { birth_date, start_date, status }: TestDeclaration,
  [from, to]: readonly [string | null, string],
  { adult_age, declaration_term, declaration_term_unit }: Terms,
  today: string,
): DeclarationSeen {
  const same: DeclarationSeen = { status, reason: null, end_date: END, isWritten: false, events: [] }
  if (status !== 'active' && status !== 'pending_verification') return same
  const isAdult = birth_date <= addYears(today, -adult_age)
  const afterTerm =
    declaration_term_unit === 'YEARS' ? addYears(start_date, declaration_term) : addDays(start_date, declaration_term)
  const endOfTerm = addDays(afterTerm, -1)
  const endOfMinority = addDays(addYears(birth_date, adult_age), -1)
  const terminated = (reason: string): DeclarationSeen => ({
    ...{ status: 'terminated', reason, end_date: END, isWritten: true },
    events: [{ type: 'Declaration', is: { status: { new_value: 'terminated' } }, by: true }],
  })
  const redated = (end_date: string): DeclarationSeen => ({ ...same, end_date, isWritten: true })
  switch (`${from} ${to}`) {
    case 'PEDIATRICIAN THERAPIST':
    case 'FAMILY_DOCTOR THERAPIST':
      return isAdult ? same : terminated('AUTO_RETRAINED_AS_THERAPIST')
    case 'THERAPIST PEDIATRICIAN':
    case 'FAMILY_DOCTOR PEDIATRICIAN':
      return isAdult
        ? terminated('AUTO_RETRAINED_AS_PEDIATRICIAN')
        : redated(endOfMinority < endOfTerm ? endOfMinority : endOfTerm)
    case 'PEDIATRICIAN FAMILY_DOCTOR':
      return isAdult ? same : redated(endOfTerm)
    default:
      return same
  }
}
