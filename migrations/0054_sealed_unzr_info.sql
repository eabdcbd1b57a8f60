-- What a register answered about a UNZR is sealed by the program: bytes that open with a key that is not in this database, of which the row keeps
-- the id. `info` is what versions before wrote; the program seals it where it finds some. Once it is older than it is to be kept the answer
-- is deleted, and when is kept.
alter table mimir.unzr_info
  add column info_sealed bytea,
  add column info_key_id text references zvirka.encryption_keys,
  add column info_deleted_at timestamptz,
  add constraint unzr_info_info_check check
    ((info_sealed is null) = (info_key_id is null) and (info is null or info_sealed is null)
      and (info_deleted_at is null or info is null and info_sealed is null));
create index unzr_info_info_key_id_index on mimir.unzr_info (info_key_id, id) where info_key_id is not null;
create index unzr_info_plain_index on mimir.unzr_info (id) where info is not null;
create index unzr_info_held_index on mimir.unzr_info (synced_at) where info is not null or info_sealed is not null;

-- A worker of the version before writes `info` alone: what was sealed of an earlier answer is not this one's.
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

-- Deletes answers that are older than they are to be kept, so many at most, and tells how many; the record of the question stays. A function, since
-- whoever prunes need not read any.
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
revoke execute on function mimir.prune_unzr_info from public;
grant usage on schema mimir to zvirka_prune;
grant execute on function mimir.prune_unzr_info to zvirka_prune;
