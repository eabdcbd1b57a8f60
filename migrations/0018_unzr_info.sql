-- UNZR info (spec 1.3, 4.1): what the registry holds about a UNZR, requested on demand. Nothing here refers to a person.
create table mimir.unzr_info (
  id uuid primary key default gen_random_uuid(),
  unzr text not null,
  job_status text not null check (job_status in ('pending', 'processed', 'failed')),
  info jsonb,
  synced_at timestamptz,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  -- The answer, encrypted by the program with a key that is not in this database; the row has the key's id. Old answers are deleted, and
  -- the time of deletion is kept. `info` is a plain answer: the program encrypts those it finds.
  info_sealed bytea,
  info_key_id text references zvirka.encryption_keys,
  info_deleted_at timestamptz,
  constraint unzr_info_info_check check
    ((info_sealed is null) = (info_key_id is null) and (info is null or info_sealed is null)
      and (info_deleted_at is null or info is null and info_sealed is null))
);
create unique index unzr_info_unzr_index on mimir.unzr_info (unzr);
-- For lists, and for pending rows, which are few.
create index unzr_info_inserted_at_index on mimir.unzr_info (inserted_at, id);
create index unzr_info_job_status_index on mimir.unzr_info (job_status, inserted_at, id);
create index unzr_info_info_key_id_index on mimir.unzr_info (info_key_id, id) where info_key_id is not null;
create index unzr_info_plain_index on mimir.unzr_info (id) where info is not null;
create index unzr_info_held_index on mimir.unzr_info (synced_at) where info is not null or info_sealed is not null;

-- A worker of the previous version writes only `info`: an older encrypted answer must not stay beside it.
create function mimir.unzr_info_answered() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.info_sealed is not distinct from old.info_sealed then
    new.info_sealed := null;
    new.info_key_id := null;
  end if;
  new.info_deleted_at := null;
  return new;
end
$$;
create trigger unzr_info_answered before update of info on mimir.unzr_info
  for each row when (new.synced_at is distinct from old.synced_at) execute function mimir.unzr_info_answered();

-- Deletes at most so many answers that have expired and returns how many; the row itself stays. A function, so that the pruning role needs
-- no right to read answers.
create function mimir.prune_unzr_info(days integer, most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  deleted integer;
begin
  update mimir.unzr_info set info = null, info_sealed = null, info_key_id = null, info_deleted_at = clock_timestamp()
   where id in (
     select id from mimir.unzr_info u
      where (u.info is not null or u.info_sealed is not null) and u.synced_at < statement_timestamp() - days * interval '1 day'
      limit most for no key update skip locked);
  get diagnostics deleted = row_count;
  return deleted;
end
$$;
grant select, insert, update on mimir.unzr_info to zvirka_app;
grant select, update on mimir.unzr_info to zvirka_worker;
grant select on mimir.unzr_info to zvirka_read;
revoke execute on function mimir.prune_unzr_info from public;
grant execute on function mimir.prune_unzr_info to zvirka_prune;
