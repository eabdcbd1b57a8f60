-- Who read whose identity data and who did what (spec 6, "audit"). Ids alone: nothing of what was read is here. It is appended by a function
-- alone, which sets the time and the login itself: whoever has zvirka_app can neither date a record back nor write one in another login's
-- name, nor change or remove one. A column that is added later must be null in old records: they are sealed without it.
create table zvirka.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null check (action in ('read', 'write', 'reveal', 'sign_in', 'sign_out', 'refusal')),
  -- The route or field, such as `GET /api/persons/:id/verification` or `Mutation.syncUnzrInfoRegister`.
  operation text not null,
  -- Who somebody is, is not always known: a wrong password, a token that is none.
  user_id uuid,
  client_id uuid,
  -- By which token, so that all that was done with one that leaked can be told; its row may be gone. Null: none, or a provider's JWT.
  token_id uuid,
  request_id text not null,
  -- `person`, `party`, or what else was written: `run`, `job`, `global_parameter`, `unzr_info` …
  subject_kind text not null,
  subject_ids uuid[] not null,
  -- Why, where a reason is asked for; and the names of the fields that were revealed.
  reason text,
  fields text[],
  result text check (result ~ '^[a-z_]{1,40}$'),
  -- Where the request came from, by the proxies that are trusted.
  address text,
  -- Of a command: the operating system's user and the machine.
  operator text,
  -- The login of the database session that wrote it.
  written_by text default session_user,
  -- Refusals that came too fast to be told one by one: how many this record stands for.
  occurrences integer check (occurrences > 0)
);
create index audit_subject_ids_index on zvirka.audit using gin (subject_ids);
create index audit_user_id_index on zvirka.audit (user_id, id);
create index audit_token_id_index on zvirka.audit (token_id, id) where token_id is not null;
create index audit_at_index on zvirka.audit using brin (at);

-- Appends records of one author. The lock says from which id on this transaction may write, and ends with it: what lies beyond the
-- lowest such id is not sealed yet (as of events, 0008).
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

-- The audit is sealed every few seconds, by a job and not by who writes to it, so that no request waits for another: a seal covers the
-- records since the one before, and its head is a hash over theirs and over the head before. Whoever keeps a head elsewhere finds every
-- change, removal and re-ordering of what lies before it (zvirka audit verify).
create table zvirka.audit_seals (
  number bigint primary key,
  -- It covers the records with ids above the first, up to the second. Ids that were never used, because a transaction was rolled back,
  -- are covered as well: nothing can appear there later.
  above bigint not null,
  up_to bigint not null,
  records integer not null check (records > 0),
  -- Over the hashes of the records, in the order of their ids.
  digest bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  head bytea not null,
  -- Its records are pruned. The newest such seal is kept: the next one's head rests on it.
  pruned_at timestamptz,
  check (up_to > above)
);

-- A record as it is hashed: canonical, and the same after a column was added that old records have nothing in. Times are those of the
-- session's zone, so whoever calls this sets it to UTC.
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

-- Up to which id every record is either there or will never be. The last id is read before the locks: whoever is not seen holding one has
-- committed, was rolled back, or will take an id after it.
create function zvirka.audit_horizon() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  last_given bigint;
begin
  select case when is_called then last_value else 0 end into last_given from zvirka.audit_id_seq;
  return least(last_given, event_manager.lowest_announced(2742));
end
$$;

-- Makes one seal of so many records at most, and answers with their number; null: somebody else is at it. The records are read after the
-- horizon, by a statement whose snapshot sees all that was committed before it.
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

-- Deletes the records of the oldest seals all of whose records are older than so many days, and answers with how many records that were:
-- whole seals alone, so that what is left can still be verified.
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
