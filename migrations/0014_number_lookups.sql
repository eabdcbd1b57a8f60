-- Which numbers a user who sees numbers masked has looked for, so that nobody finds out a hidden number by trying (SECURITY.md). Shared by all
-- processes of the API. Digests alone, and for 30 days: the application deletes what is older.
create table zvirka.number_lookups (
  user_id uuid not null,
  -- Of the number; looking for the same one again tells nothing new.
  number bytea not null,
  -- Of what masking and a birth date leave to be seen of it: equal for all numbers that may be one given person's.
  likeness bytea not null,
  has_found boolean not null,
  at timestamptz not null default clock_timestamp(),
  primary key (user_id, number)
);
create index number_lookups_user_id_at_index on zvirka.number_lookups (user_id, at);
create index number_lookups_user_id_likeness_index on zvirka.number_lookups (user_id, likeness, at);
create index number_lookups_at_index on zvirka.number_lookups (at);

grant select, insert, update, delete on zvirka.number_lookups to zvirka_app;

-- Takes a look-up from a user's budget, before it is made: in how many seconds there is room for it again (null: it is admitted), and whether
-- the number is looked for for the first time. It counts as one that found nothing until it is told otherwise. A limit that is null is none.
-- One call of a function, since it stands before every look-up; and not one statement, whose snapshot would be older than the lock by which
-- a user's look-ups are admitted one after the other: two at once would both find room.
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
    -- A budget that is used up has room again when the look-up that was made so many ago is old enough.
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
  -- What counts no longer, whoever looked.
  delete from zvirka.number_lookups l where (l.user_id, l.number) in (
    select o.user_id, o.number from zvirka.number_lookups o where o.at < now_is - interval '30 days'
     order by o.at limit 100 for update skip locked);
  insert into zvirka.number_lookups (user_id, number, likeness, has_found) values (looking, looked_for, alike_to, false)
    on conflict (user_id, number) do nothing;
  is_first := found;
end
$$;
