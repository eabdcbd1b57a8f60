/** People with a known expected result, and checks that nothing about them was lost or written twice. */
import type { Simulator } from '../../simulator/simulator.ts'
import type { Database } from '../../src/database/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'

export interface Member {
  readonly id: string
  /** The number that the registry is asked about. */
  readonly number: string
  readonly outcome: string
}

export interface CrowdOptions {
  /** The first number; must differ from those of an existing crowd. */
  readonly from?: number
  /** Why they need verification. */
  readonly reason?: 'INITIAL' | 'ONLINE_TRIGGERED'
}

/** Inserts people, each with a document of their own; the registry knows every fifth as invalid. Their other streams are verified. */
export async function addCrowd(
  { database }: Pick<TestDatabase, 'database'>,
  simulator: Simulator,
  count: number,
  { from = 0, reason = 'INITIAL' }: CrowdOptions = {},
): Promise<Member[]> {
  const numbers = Array.from({ length: count }, (_, place) => nationalId(from + place))
  const ids = await addPersons(
    database,
    numbers.map((document) => ({ documents: [document], reason })),
  )
  return ids.map((id, place) => {
    const number = numbers[place]?.number ?? ''
    const isInvalid = (from + place) % 5 === 0
    if (isInvalid) simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: '', pasNumber: number })
    return { id, number, outcome: isInvalid ? 'NOT_VERIFIED / AUTO_NOT_VALID' : 'VERIFIED / AUTO_VALID' }
  })
}

/** Everything that must hold once all were asked about; each line is a violation. */
export async function findFaults(database: Database, crowd: readonly Member[]): Promise<string[]> {
  const rows = await database.query<{ fault: string }>({
    text: `
with expected as (select * from unnest($1::uuid[], $2::text[]) as e (id, outcome)),
actual as (
  select e.id, e.outcome as expected,
         v.dms_passport_verification_status || ' / ' || v.dms_passport_verification_reason as outcome,
         p.verification_status as cumulative,
         (select string_agg(h.status || ' / ' || h.reason || ' by ' || h.step, ', ') from zvirka.verification_history h
           where h.subject_id = e.id) as history,
         (select string_agg(properties #>> '{verification_status,new_value}', ', ') from event_manager.events where entity_id = e.id) as events
    from expected e join mpi.persons p on p.id = e.id join wide.person_verifications v on v.person_id = e.id
)
select 'has ' || outcome || ', not ' || expected as fault from actual where outcome <> expected
union all
select 'history of ' || outcome || ': ' || coalesce(history, 'none') from actual
 where history is distinct from outcome || case when outcome like 'VERIFIED%' then ' by 5' else ' by 4' end
union all
select 'cumulative ' || cumulative || ', events: ' || coalesce(events, 'none') from actual
 where events is distinct from cumulative::text
    or cumulative::text <> case when outcome like 'VERIFIED%' then 'VERIFIED' else 'CHANGES_NEEDED' end
union all
select 'a claim is left' from zvirka.claims
union all
select 'a row is left IN_REVIEW' from wide.person_verifications where dms_passport_verification_status = 'IN_REVIEW'
union all
select 'found and not kept, or kept and not found: ' || found || ' and ' || kept
  from (select count(*) filter (where outcome like 'NOT_VERIFIED%') as found from actual) f,
       (select count(*) as kept from mimir.dms_passport_data) k
 where found <> kept
union all
select 'a run is ' || state || ' with ' || taken || ' taken and ' || done || ' done' from (
  select r.id, r.state, r.ended_at, coalesce(sum(w.claimed - w.given_back), 0) as taken,
         coalesce(sum(w.verified + w.not_verified + w.not_needed + w.incorrect + w.dropped + w.technical_errors), 0) as done
    from zvirka.runs r left join zvirka.run_workers w on w.run_id = r.id group by r.id) runs
 where taken <> done or ended_at is null
union all
select 'the runs counted ' || counted || ' of ' || people from (
  select sum(verified + not_verified) as counted, (select count(*) from expected) as people from zvirka.run_workers) all_runs
 where counted is distinct from people`,
    values: [crowd.map(({ id }) => id), crowd.map(({ outcome }) => outcome)],
  })
  return [...Map.groupBy(rows, ({ fault }) => fault)].map(([fault, all]) => `${all.length} times: ${fault}`)
}

/** How many of the crowd are not settled yet. */
export async function countUnsettled(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: `select count(*)::int as count from wide.person_verifications
            where dms_passport_verification_status in ('VERIFICATION_NEEDED', 'IN_REVIEW')`,
  })
  return row?.count ?? 0
}

/** The ids of subjects claimed by workers of these processes. */
export async function heldBy(database: Database, ...pids: readonly number[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `select c.subject_id as id from zvirka.claims c join zvirka.workers w on w.id = c.worker_id where w.pid = any ($1)`,
    values: [pids],
  })
  return rows.map(({ id }) => id)
}

/** Waits until a worker of this process holds a claim. */
export function untilHolding(database: Database, pid: number): Promise<unknown> {
  return until('it to hold somebody', async () => (await heldBy(database, pid)).length > 0)
}
