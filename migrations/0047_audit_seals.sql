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
grant select on zvirka.audit_seals to zvirka_app, zvirka_read;

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

-- The lowest place from which on a transaction that is under way has said it may write, by a lock of this class (0025).
create function event_manager.lowest_announced(lock_class integer) returns bigint
language sql volatile as $$
  select min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1))
    from pg_catalog.pg_locks
   where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) >> 48 = lock_class
     and database = (select oid from pg_catalog.pg_database where datname = current_database())
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
create or replace function event_manager.events_horizon() returns bigint language plpgsql volatile as $$
declare
  last_given bigint;
begin
  select case when is_called then last_value else 0 end into last_given from event_manager.events_place_seq;
  return least(last_given, event_manager.lowest_announced(2741));
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

revoke execute on function zvirka.seal_audit, zvirka.prune_audit, zvirka.audit_horizon from public;
grant execute on function zvirka.seal_audit, zvirka.audit_horizon to zvirka_app;
