-- The platform's events: an outbox, written in the transaction of the change and never updated (spec 6.5).
create table event_manager.events (
  id uuid primary key default gen_random_uuid(),
  event_type text not null,
  entity_type text not null,
  entity_id uuid not null,
  properties jsonb not null,
  -- Set by the database, like the place: the writer cannot choose it.
  event_time timestamptz not null default clock_timestamp(),
  changed_by uuid not null,
  inserted_at timestamptz not null default now(),
  place bigint generated always as identity
);
create index events_entity_index on event_manager.events (entity_id, event_time);
create unique index events_place_index on event_manager.events (place);
create index events_entity_type_index on event_manager.events (entity_type, place);
-- Events are pruned by age (ZVIRKA_EVENTS_DAYS) and stored in the order they were written.
create index events_inserted_at_index on event_manager.events using brin (inserted_at);

-- For filters by time: the hours that a period touches give the first and last place to read. By hours in UTC, which divide the days of any
-- time zone.
create index events_hour_index on event_manager.events (date_trunc('hour', event_time at time zone 'UTC'), place);
-- For filters by a changed attribute and its new value. The first two have few values for each type of entity, which are read side by side;
-- an employee id occurs in one event.
create index events_verification_status_index
  on event_manager.events (entity_type, (properties #>> '{verification_status,new_value}'), place)
  where properties ? 'verification_status';
create index events_status_index
  on event_manager.events (entity_type, (properties #>> '{status,new_value}'), place) where properties ? 'status';
create index events_employee_id_index
  on event_manager.events ((properties #>> '{employee_id,new_value}'), place) where properties ? 'employee_id';
create index events_employee_id_place_index on event_manager.events (place) where properties ? 'employee_id';

-- Places give events an order that readers can follow. Order by time or transaction would not do: a reader that has passed some place would
-- miss what an earlier transaction commits later. So each transaction that writes events first announces, by a lock that ends with it, from
-- which place on it may write; events_horizon hides everything after the lowest announced place. The events of one subject are in the order
-- of its changes, since places are taken under the lock of its row. A rollback leaves gaps.
--
-- The key of the lock: 2741 in the highest bits, which no other advisory lock uses, and the last place that was given. A transaction
-- announces once, because its first place is its lowest. The setting ends with the transaction or the savepoint, as the lock does.
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

-- The lowest place that a transaction in progress has announced by a lock of this class.
create function event_manager.lowest_announced(lock_class integer) returns bigint
language sql volatile as $$
  select min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1))
    from pg_catalog.pg_locks
   where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) >> 48 = lock_class
     and database = (select oid from pg_catalog.pg_database where datname = current_database())
$$;

-- The place up to which no event can still appear. The last place is read before the locks: a transaction without a visible lock has ended,
-- or will take a later place. Read events in a later statement, whose snapshot includes what was committed meanwhile.
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
