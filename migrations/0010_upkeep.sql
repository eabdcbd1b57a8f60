-- What is done once a day in the whole cluster, by whichever worker comes first; `place` is where a job that ran out of
-- its time goes on the day after.
create table zvirka.daily_jobs (
  name text primary key,
  done_at timestamptz not null,
  place bigint not null default 0
);

-- Each `zvirka recheck`: who took back what, and why (spec 2.6). One that was interrupted has no end.
create table zvirka.rechecks (
  id uuid primary key default gen_random_uuid(),
  process text not null,
  -- What was taken back: the answers of a run, or all since an instant.
  run_id uuid,
  since timestamptz,
  reason text,
  requested_by uuid not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  persons bigint not null default 0,
  parties bigint not null default 0,
  check (num_nonnulls(run_id, since) = 1)
);

-- Events are pruned by their age (ZVIRKA_EVENTS_DAYS); they lie in the order they were written.
create index events_inserted_at_index on event_manager.events using brin (inserted_at);

grant select on zvirka.daily_jobs to zvirka_app, zvirka_read;
grant select, insert, update on zvirka.rechecks to zvirka_app;
grant select on zvirka.rechecks to zvirka_read;
