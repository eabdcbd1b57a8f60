-- What REST reads and no feature kept before: events in an order that can be followed, global parameters, declarations.

-- A place for each event. An order by time, or by transaction, is none to follow: whoever has read up to a place would miss what a
-- transaction that began earlier commits later. So whoever writes events first says, by a lock that ends with its transaction, from
-- which place on it may write; what lies beyond the lowest such place is not shown yet (event_manager.events_horizon). The places
-- of one subject's events follow its changes, since they are taken under the lock of its row. Gaps are left by what was rolled back.
alter table event_manager.events add column place bigint generated always as identity;
create unique index events_place_index on event_manager.events (place);
create index events_entity_type_index on event_manager.events (entity_type, place);
create index events_day_index on event_manager.events (((event_time at time zone 'Europe/Kyiv')::date), place);

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

-- Up to which place every event is either there or will never be. The last place is read before the locks: whoever is not seen
-- holding one has committed, was rolled back, or will take a place after it. Read events in a later statement, whose snapshot sees
-- what was committed meanwhile.
create function event_manager.events_horizon() returns bigint language plpgsql volatile as $$
declare
  last_given bigint;
  lowest_held bigint;
begin
  select case when is_called then last_value else 0 end into last_given from event_manager.events_place_seq;
  select min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1)) into lowest_held
    from pg_locks
   where locktype = 'advisory' and objsubid = 1 and ((classid::bigint << 32) | objid::bigint) >> 48 = 2741
     and database = (select oid from pg_database where datname = current_database());
  return least(last_given, lowest_held);
end
$$;
grant select on sequence event_manager.events_place_seq to zvirka_app, zvirka_read;

-- Parameters of the platform (spec 6.3).
create table prm.global_parameters (
  id uuid primary key default gen_random_uuid(),
  parameter text not null unique,
  value text not null,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);
insert into prm.global_parameters (parameter, value, inserted_by, updated_by)
select parameter, value, system_user_id, system_user_id
  from (values ('adult_age', '18'), ('declaration_term', '40'), ('declaration_term_unit', 'YEARS'),
               ('employee_request_expiration', '29'), ('employee_request_term_unit', 'DAYS')) as p (parameter, value),
       (values ('4261eacf-8008-4e62-899f-de1e2f7065f0'::uuid)) as s (system_user_id);
grant select, insert, update on prm.global_parameters to zvirka_app;
grant select on prm.global_parameters to zvirka_read;

-- Declarations (spec 1.3): which person is whose patient. Logical databases do not refer to each other by foreign keys.
create schema ops;
grant usage on schema ops to zvirka_app, zvirka_read;
create table ops.declarations (
  id uuid primary key default gen_random_uuid(),
  employee_id uuid not null,
  person_id uuid not null,
  legal_entity_id uuid not null,
  division_id uuid,
  start_date date not null,
  end_date date not null,
  status text not null check (status in ('active', 'pending_verification', 'terminated', 'closed', 'rejected')),
  reason text,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);
-- Whose patients an employee has.
create index declarations_active_index on ops.declarations (employee_id, person_id) where status = 'active';
grant select, insert, update on ops.declarations to zvirka_app;
grant select on ops.declarations to zvirka_read;

-- Who works in a division.
create index employees_division_id_index on prm.employees (division_id) where division_id is not null;
