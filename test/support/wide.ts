/**
 * The schema `wide` of test databases: the whole verification of a subject as one writable row, including what only the engine stores. So
 * tests do not depend on the number of tables behind it.
 *
 * `wide.person_verifications`, `wide.party_verifications`: the platform's columns, and triggered_at, waits_until and failures of each of
 * our streams. Writing IN_REVIEW makes a claim without a particular worker; writing another status ends any claim. `wide.claims`: like
 * zvirka.claims; an insert claims the subject. `wide.add_person`, `wide.add_party`: insert many at once, much faster than row by row;
 * `rows` have the columns of the wide row, none of them IN_REVIEW, and `id` for the subject's id.
 */
import { connect } from '../../src/database/connection.ts'
import { OWN_STREAMS, STREAMS_OF, type Stream, type SubjectKind } from '../../src/verification/status.ts'

const SCHEMAS: Readonly<Record<SubjectKind, string>> = { person: 'mpi', party: 'prm' }
/** What the engine stores about a stream, by its name in a check and in the wide row. */
const CHECKED = ['data_id', 'data_status', 'synced_at', 'unverified_at', 'triggered_at', 'waits_until', 'failures']
const ENGINES = ['triggered_at', 'waits_until', 'failures']
/** The column's name in the wide row, which is the platform's. */
const named = (s: Stream, column: string) => NAMED[`${s} ${column}`] ?? `${s}_${column}`
const NAMED: Readonly<Record<string, string>> = {
  'drfo data_status': 'drfo_data_result',
  'dracs_death data_id': 'dracs_death_act_id',
  'dracs_death comment': 'dracs_death_verification_comment',
}
/** The columns of a check that the wide row writes and the platform's view lacks. A dracs_death check without synced_at is READY. */
const checkedOf = (kind: SubjectKind, s: Stream) =>
  s !== 'dracs_death' ? CHECKED : [...(kind === 'person' ? ['data_id'] : []), 'comment', ...CHECKED.slice(2)]
const engines = (s: Stream) => (s === 'dracs_death' ? ['synced_at', ...ENGINES] : ENGINES)
const OF_SUBJECT = ['is_subject_active', 'subject_inserted_at']

/** The wide view of a kind. */
export function wideOf(kind: SubjectKind): string {
  return `wide.${kind}_verifications`
}

/** Makes the schema in a migrated database that is not a copy of the template; the URL is its superuser's. */
export async function makeWide(url: string): Promise<void> {
  const client = await connect({ url, applicationName: 'tests' })
  await client.query(wideText()).finally(() => client.end())
}

/** The SQL that makes the schema; run as superuser in a migrated database. */
function wideText(): string {
  return `create schema wide; ${kindText('person')} ${kindText('party')} ${CLAIMS}
    grant usage on schema wide to public; grant select, insert, update, delete on all tables in schema wide to public;`
}

function isOwn(stream: Stream): boolean {
  return OWN_STREAMS.some((own) => own === stream)
}

function kindText(kind: SubjectKind): string {
  const own = STREAMS_OF[kind].filter(isOwn)
  const others = STREAMS_OF[kind].filter((stream) => !isOwn(stream))
  const home = SCHEMAS[kind]
  const summaries = `${home}.${kind}_verification_summaries`
  const checks = (stream: Stream) => `${home}.${kind}_${stream}_checks`
  const extra = own.flatMap((s) =>
    engines(s).map(
      (column) => `(select c.${column} from ${checks(s)} c where c.subject_id = v.${kind}_id) as ${s}_${column}`,
    ),
  )
  const otherColumns = others.flatMap((s) => [
    ...[`${s}_verification_status`, `${s}_verification_reason`, `${s}_unverified_at`],
    `${s}_verification_comment`,
  ])
  const value = (column: string) => {
    if (column.endsWith('_verification_status')) return `coalesce(new.${column}, 'VERIFICATION_NEEDED')`
    return column.endsWith('_verification_reason') ? `coalesce(new.${column}, 'INITIAL')` : `new.${column}`
  }
  const status = (s: Stream) => `${s}_verification_status`
  const isHeldAtFirst = (s: Stream) => `new.${status(s)} = 'IN_REVIEW'`
  const hold = (
    s: Stream,
  ) => `perform wide.hold('${kind}', '${s}', new.${kind}_id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
        clock_timestamp(), (select c.version from ${checks(s)} c where c.subject_id = new.${kind}_id));`
  const rest = (s: Stream) => checkedOf(kind, s).filter((column) => column !== 'failures')
  const insertStream = (s: Stream) => `
      insert into ${checks(s)} (subject_id, subject_inserted_at, is_subject_active, updated_by, status, reason, failures, ${rest(s).join(', ')})
      values (new.${kind}_id, inserted_at, is_active, new.updated_by,
              case when ${isHeldAtFirst(s)} then 'VERIFICATION_NEEDED' else ${value(status(s))} end,
              case when ${isHeldAtFirst(s)} then 'INITIAL' else ${value(`${s}_verification_reason`)} end,
              coalesce(new.${s}_failures, 0), ${rest(s)
                .map((column) => `new.${named(s, column)}`)
                .join(', ')});
      if ${isHeldAtFirst(s)} then
        ${hold(s)}
      end if;`
  const row = (of: 'old' | 'new', s: Stream) =>
    `(${checkedOf(kind, s)
      .map((column) => `${of}.${named(s, column)}`)
      .join(', ')})`
  const state = (of: 'old' | 'new', s: Stream) => `(${of}.${status(s)}, ${of}.${s}_verification_reason)`
  const updateStream = (s: Stream) => `
    if ${row('old', s)} is distinct from ${row('new', s)} then
      update ${checks(s)} c set ${rest(s)
        .map((column) => `${column} = new.${named(s, column)}`)
        .join(', ')}, failures = coalesce(new.${s}_failures, 0)
       where c.subject_id = new.${kind}_id;
    end if;
    if ${state('old', s)} is distinct from ${state('new', s)} then
      if new.${status(s)} <> 'IN_REVIEW' then
        update ${checks(s)} c set status = ${value(status(s))}, reason = ${value(`${s}_verification_reason`)},
               version = version + 1 where c.subject_id = new.${kind}_id;
        update ${summaries} set ${status(s)} = ${value(status(s))} where ${kind}_id = new.${kind}_id;
      elsif not exists (
        select from zvirka.claims c where c.subject_id = new.${kind}_id and c.subject_kind = '${kind}' and c.stream = '${s}') then
        ${hold(s)}
      end if;
    end if;`
  const summed = [
    ...own.map((s) => [status(s), 'zvirka.stream_status'] as const),
    ...others.flatMap((s) => [
      [status(s), 'zvirka.stream_status'] as const,
      [`${s}_verification_reason`, 'zvirka.stream_reason'] as const,
    ]),
  ]
  const addStream = (s: Stream) => `
    insert into ${checks(s)} (subject_id, subject_inserted_at, is_subject_active, updated_by, status, reason, synced_at)
    select s.${kind}_id, s.subject_inserted_at, s.is_subject_active, by_user, r.status, r.reason, r.synced_at
      from (select id, ${status(s)} as status, ${s}_verification_reason as reason, ${s}_synced_at as synced_at
              from jsonb_to_recordset(rows) as r (id uuid, ${status(s)} zvirka.stream_status,
                   ${s}_verification_reason zvirka.stream_reason, ${s}_synced_at timestamptz)) r
      join ${summaries} s on s.${kind}_id = r.id;`
  return `
  create view wide.${kind}_verifications as
    select v.*, ${extra.join(', ')}, s.is_subject_active, s.subject_inserted_at
      from ${home}.${kind}_verifications v join ${summaries} s on s.id = v.id;
  create function wide.write_${kind}() returns trigger language plpgsql security definer as $$
  declare inserted_at timestamptz; is_active boolean;
  begin
    if tg_op = 'DELETE' then
      delete from ${summaries} where id = old.id;
      return old;
    end if;
    if tg_op = 'INSERT' then
      insert into ${summaries} as t (id, ${kind}_id, ${[...otherColumns, ...own.map(status)].join(', ')}, ${OF_SUBJECT.join(', ')}, inserted_by, updated_by)
      values (coalesce(new.id, gen_random_uuid()), new.${kind}_id, ${otherColumns.map((column) => `${value(column)}, `).join('')}
              ${own.map((s) => `case when ${isHeldAtFirst(s)} then 'VERIFICATION_NEEDED' else ${value(status(s))} end`).join(', ')},
              coalesce(new.is_subject_active, ${kind === 'person'}), coalesce(new.subject_inserted_at, now()), new.inserted_by, new.updated_by)
      returning t.subject_inserted_at, t.is_subject_active into inserted_at, is_active;
      ${own.map(insertStream).join('\n')}
      return new;
    end if;
    update ${summaries} set ${otherColumns.map((column) => `${column} = new.${column}, `).join('')}
           ${OF_SUBJECT.map((column) => `${column} = new.${column}`).join(', ')},
           updated_at = new.updated_at, updated_by = new.updated_by
     where id = old.id;
    ${own.map(updateStream).join('\n')}
    return new;
  end $$;
  create trigger write instead of insert or update or delete on wide.${kind}_verifications for each row execute function wide.write_${kind}();
  create function wide.add_${kind}(rows jsonb, by_user uuid) returns void language plpgsql security definer as $$
  begin
    insert into ${summaries} (id, ${kind}_id, ${summed.map(([column]) => column).join(', ')}, is_subject_active, subject_inserted_at,
                              inserted_by, updated_by)
    select gen_random_uuid(), r.id, ${summed.map(([column]) => `r.${column}`).join(', ')}, coalesce(r.is_active, ${kind === 'person'}), now(),
           by_user, by_user
      from jsonb_to_recordset(rows) as r (id uuid, is_active boolean, ${summed.map((column) => column.join(' ')).join(', ')});
    ${own.map(addStream).join('\n')}
  end $$;
  create function wide.${kind}_cumulative_status(v wide.${kind}_verifications) returns zvirka.cumulative_status language sql stable as
    'select ${home}.${kind}_cumulative_status(s) from ${summaries} s where s.id = v.id';`
}

const CLAIMS = `
  create view wide.claims as select * from zvirka.claims;
  create function wide.hold(of_kind zvirka.subject_kind, of_stream zvirka.stream, of_subject uuid, with_token uuid, by_worker uuid, of_run uuid,
                            since timestamptz, of_version integer) returns void language sql security definer as $$
    insert into zvirka.claim_batches (worker_id, run_id, slot, stream, subject_kind, token, claimed_at, subject_ids, versions)
    select by_worker, of_run, coalesce((select max(b.slot) + 1 from zvirka.claim_batches b where b.worker_id = by_worker and b.run_id = of_run), 0),
           of_stream, of_kind, with_token, since, array[of_subject], array[of_version]
  $$;
  create function wide.write_claim() returns trigger language plpgsql security definer as $$
  declare
    home text := case when new.subject_kind = 'person' then 'mpi.person' else 'prm.party' end;
    now_version integer;
  begin
    delete from zvirka.claim_batches b where b.stream = new.stream and b.subject_kind = new.subject_kind and b.subject_ids = array[new.subject_id];
    execute format('update %s_%s_checks set status = $1, reason = $2 where subject_id = $3 returning version', home, new.stream)
       into now_version using coalesce(new.status_before, 'VERIFICATION_NEEDED'), coalesce(new.reason_before, 'INITIAL'), new.subject_id;
    execute format('update %s_verification_summaries set %s_verification_status = $1 where %s_id = $2', home, new.stream, new.subject_kind)
      using coalesce(new.status_before, 'VERIFICATION_NEEDED'), new.subject_id;
    perform wide.hold(new.subject_kind, new.stream, new.subject_id, new.token, new.worker_id, new.run_id,
      coalesce(new.claimed_at, clock_timestamp()), now_version);
    return new;
  end $$;
  create trigger write instead of insert on wide.claims for each row execute function wide.write_claim();`
