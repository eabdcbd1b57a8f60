-- Events of the platform: an outbox, written in the transaction of the change, never changed afterwards (spec 6.5).
create table event_manager.events (
  id uuid primary key default gen_random_uuid(),
  event_type text not null,
  entity_type text not null,
  entity_id uuid not null,
  properties jsonb not null,
  event_time timestamptz not null,
  changed_by uuid not null,
  inserted_at timestamptz not null default now()
);
create index events_entity_index on event_manager.events (entity_id, event_time);

grant select, insert on event_manager.events to zvirka_app;
grant select on event_manager.events to zvirka_read;
