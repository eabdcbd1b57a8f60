-- Events of the platform: an outbox, written in the transaction of the change, never changed afterwards (spec 6.5).
create table event_manager.events (
  id uuid primary key default gen_random_uuid(),
  event_type text not null,
  entity_type text not null,
  entity_id uuid not null,
  properties jsonb not null,
  -- The database's to fill, as the place is: whoever appends does not choose when.
  event_time timestamptz not null default clock_timestamp(),
  changed_by uuid not null,
  inserted_at timestamptz not null default now(),
  place bigint generated always as identity
);
create index events_entity_index on event_manager.events (entity_id, event_time);
create unique index events_place_index on event_manager.events (place);
create index events_entity_type_index on event_manager.events (entity_type, place);
-- Events are pruned by their age (ZVIRKA_EVENTS_DAYS); they lie in the order they were written.
create index events_inserted_at_index on event_manager.events using brin (inserted_at);

-- Events of a time, be it a day or three hours, are found by the hours that it touches: their first and last places bound the places that
-- are walked. By the hour in UTC, so that the days of any zone are made of them.
create index events_hour_index on event_manager.events (date_trunc('hour', event_time at time zone 'UTC'), place);
-- Events that tell of an attribute, and of a value of it. Of these two there are few values of each type of entity, which are walked side by
-- side; whom an approved request made an employee is told once.
create index events_verification_status_index
  on event_manager.events (entity_type, (properties #>> '{verification_status,new_value}'), place)
  where properties ? 'verification_status';
create index events_status_index
  on event_manager.events (entity_type, (properties #>> '{status,new_value}'), place) where properties ? 'status';
create index events_employee_id_index
  on event_manager.events ((properties #>> '{employee_id,new_value}'), place) where properties ? 'employee_id';
create index events_employee_id_place_index on event_manager.events (place) where properties ? 'employee_id';

-- A place for each event, in an order that can be followed. An order by time, or by transaction, is none to follow: whoever has read up to
-- a place would miss what a transaction that began earlier commits later. So whoever writes events first says, by a lock that ends with its
-- transaction, from which place on it may write; what lies beyond the lowest such place is not shown yet (events_horizon). The places of one
-- subject's events follow its changes, since they are taken under the lock of its row. Gaps are left by what was rolled back.
--
-- The key of the lock: 2741 in the highest bits, so that no other advisory lock is taken for one, and the last place that was given.
-- A transaction says it once: its first place is the lowest. The setting ends with the transaction, or with the savepoint that is
-- rolled back, as the lock does.
create function event_manager.announce_events() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('zvirka.has_announced_events', true), '') <> '' then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared((2741::bigint << 48) | (
    select case when is_called then last_value else 0 end from event_manager.events_place_seq));
  perform set_config('zvirka.has_announced_events', 'yes', true);
  return null;
end
$$;
-- Once a statement, before its first row takes a place.
create trigger events_announce before insert on event_manager.events
  for each statement execute function event_manager.announce_events();

-- The lowest place from which on a transaction that is under way has said it may write, by a lock of this class.
create function event_manager.lowest_announced(lock_class integer) returns bigint
language sql volatile as $$
  select min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1))
    from pg_catalog.pg_locks
   where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) >> 48 = lock_class
     and database = (select oid from pg_catalog.pg_database where datname = current_database())
$$;

-- Up to which place every event is either there or will never be. The last place is read before the locks: whoever is not seen
-- holding one has committed, was rolled back, or will take a place after it. Read events in a later statement, whose snapshot sees
-- what was committed meanwhile.
create function event_manager.events_horizon() returns bigint language plpgsql volatile as $$
declare
  last_given bigint;
begin
  select case when is_called then last_value else 0 end into last_given from event_manager.events_place_seq;
  return least(last_given, event_manager.lowest_announced(2741));
end
$$;

grant select on event_manager.events, event_manager.events_place_seq to zvirka_app, zvirka_worker, zvirka_read, zvirka_events;
grant insert (event_type, entity_type, entity_id, properties, changed_by) on event_manager.events to zvirka_app, zvirka_worker;
grant select, delete on event_manager.events to zvirka_prune;
