-- Which numbers a user who sees masked numbers has searched for, so that nobody can find a hidden number by trying (SECURITY.md). Shared by
-- all API processes. Only digests, for 30 days: the application deletes older rows.
create table zvirka.number_lookups (
  user_id uuid not null,
  -- A digest of the number; searching for the same one again reveals nothing new.
  number bytea not null,
  -- A digest of what masking and a birth date leave visible: equal for all numbers that could belong to the same person.
  likeness bytea not null,
  has_found boolean not null,
  at timestamptz not null default clock_timestamp(),
  primary key (user_id, number)
);
create index number_lookups_user_id_at_index on zvirka.number_lookups (user_id, at);
create index number_lookups_user_id_likeness_index on zvirka.number_lookups (user_id, likeness, at);
create index number_lookups_at_index on zvirka.number_lookups (at);

grant select, insert, update, delete on zvirka.number_lookups to zvirka_app;

-- Takes a search from a user's budget before it is made. Returns in how many seconds there is room again (null: it is admitted), and
-- whether this is the first search for the number. It counts as a miss until it is recorded as found. A null limit is no limit. One
-- function call, since it precedes every search; not one statement, because its snapshot would be older than the lock that admits a user's
-- searches one by one, and two at once would both find room.
create function zvirka.admit_lookup(
  looking uuid, looked_for bytea, alike_to bytea, most_misses integer, most integer, most_alike integer,
  out seconds integer, out is_first boolean
) language plpgsql volatile as $$
declare
  now_is timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('zvirka lookups of ' || looking, 0));
  now_is := clock_timestamp();
  if not exists (select from zvirka.number_lookups l where l.user_id = looking and l.number = looked_for) then
    -- A used-up budget has room again when its oldest counted search is old enough.
    select greatest(1, ceil(extract(epoch from max(u.until) - now_is)))::integer into seconds
      from ((select l.at + interval '1 hour' as until from zvirka.number_lookups l
              where most_misses is not null and l.user_id = looking and l.at > now_is - interval '1 hour' and not l.has_found
              order by l.at desc limit 1 offset most_misses - 1)
            union all
            (select l.at + interval '1 hour' from zvirka.number_lookups l
              where most is not null and l.user_id = looking and l.at > now_is - interval '1 hour'
              order by l.at desc limit 1 offset most - 1)
            union all
            (select l.at + interval '30 days' from zvirka.number_lookups l
              where most_alike is not null and l.user_id = looking and l.at > now_is - interval '30 days' and l.likeness = alike_to
              order by l.at desc limit 1 offset most_alike - 1)) u
    having max(u.until) is not null;
    if seconds is not null then
      return;
    end if;
  end if;
  -- Of all users: rows too old to count.
  delete from zvirka.number_lookups l where (l.user_id, l.number) in (
    select o.user_id, o.number from zvirka.number_lookups o where o.at < now_is - interval '30 days'
     order by o.at limit 100 for update skip locked);
  insert into zvirka.number_lookups (user_id, number, likeness, has_found) values (looking, looked_for, alike_to, false)
    on conflict (user_id, number) do nothing;
  is_first := found;
end
$$;
