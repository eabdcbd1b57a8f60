-- Who read whose identity data, and who did what (spec 6, "audit"). Ids only, none of the data that were read. Records are appended only by
-- a function that sets the time and the login itself: with the rights of zvirka_app nobody can backdate a record, write one in another
-- login's name, change or remove one. A column added later must be null in older records, which are sealed without it.
create table zvirka.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null check (action in ('read', 'write', 'reveal', 'sign_in', 'sign_out', 'refusal')),
  -- The route or field, such as `GET /api/persons/:id/verification` or `Mutation.syncUnzrInfoRegister`.
  operation text not null,
  -- Null if unknown: a wrong password, an invalid token.
  user_id uuid,
  client_id uuid,
  -- Shows everything that was done with a leaked token; the token itself may be deleted. Null: no token, or a provider's JWT.
  token_id uuid,
  request_id text not null,
  -- `person`, `party`, or another kind of object: `run`, `job`, `global_parameter`, `unzr_info` …
  subject_kind text not null,
  subject_ids uuid[] not null,
  -- The reason, where one is required; and the names of the revealed fields.
  reason text,
  fields text[],
  result text check (result ~ '^[a-z_]{1,40}$'),
  -- The client's address, according to the trusted proxies.
  address text,
  -- For a command: the operating system's user and the machine.
  operator text,
  -- The login of the database session that wrote it.
  written_by text default session_user,
  -- How many refusals this record stands for, if they came too fast to be recorded one by one.
  occurrences integer check (occurrences > 0)
);
create index audit_subject_ids_index on zvirka.audit using gin (subject_ids);
create index audit_user_id_index on zvirka.audit (user_id, id);
create index audit_token_id_index on zvirka.audit (token_id, id) where token_id is not null;
create index audit_at_index on zvirka.audit using brin (at);

-- Appends records of one author. The lock announces from which id on this transaction may write, and ends with it: records after the lowest
-- announced id are not sealed yet (like events, 0008).
create function zvirka.append_audit(author jsonb, records jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared((2742::bigint << 48) | (
    select case when is_called then last_value else 0 end from zvirka.audit_id_seq));
  insert into zvirka.audit (action, operation, result, occurrences, subject_kind, subject_ids, reason, fields,
                            user_id, client_id, token_id, request_id, address, operator)
  select r.action, r.operation, r.result, r.occurrences, r.subject_kind, r.subject_ids, r.reason, r.fields,
         a.user_id, a.client_id, a.token_id, a.request_id, a.address, a.operator
    from jsonb_to_record(author) as a (user_id uuid, client_id uuid, token_id uuid, request_id text, address text, operator text),
         jsonb_to_recordset(records) as r (action text, operation text, result text, occurrences integer, subject_kind text,
                                           subject_ids uuid[], reason text, fields text[]);
end
$$;

-- A job seals the audit every few seconds; writers do not, so that no request waits for another. A seal covers the records since the
-- previous seal, and its head is a hash of their hashes and of the previous head. With a copy of a head kept elsewhere, `zvirka audit
-- verify` detects every change, removal and reordering of earlier records.
create table zvirka.audit_seals (
  number bigint primary key,
  -- It covers the records with ids above the first, up to the second. That includes ids lost in a rollback: nothing can appear there later.
  above bigint not null,
  up_to bigint not null,
  records integer not null check (records > 0),
  -- A hash of the records' hashes, in the order of their ids.
  digest bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  head bytea not null,
  -- Set when its records were pruned. The newest such seal is kept: the next head depends on it.
  pruned_at timestamptz,
  check (up_to > above)
);

-- The canonical text of a record that is hashed. It does not change when a column is added that is null in older records. Times are in the
-- session's time zone, so callers set it to UTC.
create function zvirka.audit_line(record zvirka.audit) returns text
language sql stable as $$ select jsonb_strip_nulls(to_jsonb(record))::text $$;

create function zvirka.audit_digest(above bigint, up_to bigint, out records integer, out digest bytea)
language sql stable set timezone = 'UTC' set search_path = pg_catalog, pg_temp as $$
  select count(*)::integer,
         sha256(coalesce(string_agg(sha256(convert_to(zvirka.audit_line(a), 'UTF8')), ''::bytea order by a.id), ''::bytea))
    from zvirka.audit a where a.id > above and a.id <= up_to
$$;

create function zvirka.audit_head(previous bytea, seal zvirka.audit_seals) returns bytea
language sql stable as $$
  select sha256(coalesce(previous, ''::bytea) || seal.digest || convert_to(concat_ws(' ', seal.number, seal.above, seal.up_to,
    seal.records, trunc(extract(epoch from seal.sealed_at) * 1000000)), 'UTF8'))
$$;

-- The id up to which no record can still appear. The last id is read before the locks: a transaction without a visible lock has ended, or
-- will take a later id.
create function zvirka.audit_horizon() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  last_given bigint;
begin
  select case when is_called then last_value else 0 end into last_given from zvirka.audit_id_seq;
  return least(last_given, event_manager.lowest_announced(2742));
end
$$;

-- Makes one seal of at most so many records and returns their number; null: another session is sealing. A statement after the horizon reads
-- the records, so its snapshot includes all that was committed before.
create function zvirka.seal_audit(most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  last zvirka.audit_seals;
  next zvirka.audit_seals;
  horizon bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'the audit is sealed in a transaction that is read committed';
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('zvirka seal audit', 0)) then
    return null;
  end if;
  horizon := zvirka.audit_horizon();
  select * into last from zvirka.audit_seals order by number desc limit 1;
  next.number := coalesce(last.number, 0) + 1;
  next.above := coalesce(last.up_to, 0);
  select max(id) into next.up_to
    from (select id from zvirka.audit where id > next.above and id <= horizon order by id limit greatest(most, 1)) a;
  if next.up_to is null then
    return 0;
  end if;
  select d.records, d.digest into next.records, next.digest from zvirka.audit_digest(next.above, next.up_to) d;
  next.sealed_at := clock_timestamp();
  next.head := zvirka.audit_head(last.head, next);
  insert into zvirka.audit_seals select next.*;
  return next.records;
end
$$;

-- Deletes the records of the oldest seals whose records are all older than so many days, and returns how many. Only whole seals, so that
-- the rest can still be verified.
create function zvirka.prune_audit(days integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  seal zvirka.audit_seals;
  deleted integer := 0;
begin
  if days is null or days < 1 then
    raise exception 'records of the audit are kept for a day at least';
  end if;
  for seal in select * from zvirka.audit_seals where pruned_at is null order by number limit 500 loop
    exit when deleted >= 5000 or exists (
      select from zvirka.audit a where a.id > seal.above and a.id <= seal.up_to and a.at >= statement_timestamp() - days * interval '1 day');
    delete from zvirka.audit a where a.id > seal.above and a.id <= seal.up_to;
    update zvirka.audit_seals set pruned_at = clock_timestamp() where number = seal.number;
    delete from zvirka.audit_seals where number < seal.number;
    deleted := deleted + seal.records;
  end loop;
  return deleted;
end
$$;

grant select on zvirka.audit, zvirka.audit_seals to zvirka_app, zvirka_read;
revoke execute on function zvirka.append_audit, zvirka.audit_horizon, zvirka.seal_audit, zvirka.prune_audit from public;
grant execute on function zvirka.append_audit, zvirka.audit_horizon, zvirka.seal_audit to zvirka_app;
grant execute on function zvirka.append_audit, zvirka.seal_audit to zvirka_worker;
grant execute on function zvirka.append_audit, zvirka.prune_audit to zvirka_prune;
