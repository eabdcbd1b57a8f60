-- Workers with their leases, runs, ticks and claims (spec 2.1, 2.2, 2.7).
create table zvirka.workers (
  id uuid primary key,
  kind text not null,
  host text not null,
  pid integer not null,
  version text not null,
  started_at timestamptz not null default clock_timestamp(),
  renewed_at timestamptz not null default clock_timestamp(),
  -- Expired when the database's clock passes it. Claiming and writing lock this row FOR KEY SHARE and compare.
  lease_until timestamptz not null,
  ended_at timestamptz,
  -- This worker's circuit breakers: {"CheckPassportDMSStatus": {"open": true, "since": …}}.
  breakers jsonb not null default '{}',
  -- Set by a `zvirka start` with a simulator: other commands on its embedded database ask that simulator (spec 7.1).
  simulator_url text
) with (fillfactor = 50);
create index workers_living_index on zvirka.workers (lease_until) where ended_at is null;

create table zvirka.runs (
  id uuid primary key default gen_random_uuid(),
  process text not null,
  state text not null check (state in ('running', 'paused', 'stopping', 'stopped', 'finished', 'failed')),
  cause text not null check (cause in ('schedule', 'trigger', 'command', 'api')),
  started_by uuid not null,
  -- Who last changed the state, and the reason they gave.
  state_changed_by uuid,
  state_reason text,
  -- Who paused or ended it: a user (state_changed_by), the guard, a fault. Null: it is running, or ran to its end.
  held_by text check (held_by in ('user', 'guard', 'fault')),
  -- The program's finding, as a message: {"code", "params"} (docs/messages.md).
  finding jsonb,
  -- The worker of the `zvirka sync` that started it; null: any worker may join.
  started_by_worker uuid references zvirka.workers (id),
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  -- Subjects last synced at this instant or before are due. It never changes, so a run asks about a subject at most once.
  due_before timestamptz not null,
  -- If set, only subjects triggered at this instant or before.
  triggered_before timestamptz,
  takes_waiting boolean not null default false,
  max_subjects integer,
  max_batches integer,
  -- Counted once at the start (spec 2.9); null until then.
  due_at_start bigint,
  -- The guard pauses the run above this share of unfavourable answers; null: no guard.
  guard_share double precision,
  check ((state in ('stopped', 'finished', 'failed')) = (ended_at is not null)),
  check (held_by is null or state <> 'running'),
  -- The guard and faults leave a finding; nobody else does.
  check (case held_by when 'user' then true else (held_by is null) = (finding is null) end)
) with (fillfactor = 70);
-- Two runs of one process never overlap.
create unique index runs_open_index on zvirka.runs (process) where ended_at is null;
create index runs_process_index on zvirka.runs (process, started_at);

-- The history of each run: its start, each change of state with its author and reason, its end. A trigger writes it, so that workers of any
-- version and manual changes are recorded alike. It is deleted with its run.
create table zvirka.run_changes (
  id bigint generated always as identity primary key,
  run_id uuid not null references zvirka.runs (id) on delete cascade,
  at timestamptz not null,
  state text not null,
  -- Null: the run changed by itself.
  changed_by uuid,
  reason text,
  held_by text,
  finding jsonb
);
create index run_changes_run_index on zvirka.run_changes (run_id, id);

create function zvirka.keep_run_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- A run ends by itself, also after a request to stop: the request is a change of its own.
  is_end boolean := new.ended_at is not null;
begin
  if tg_op = 'INSERT' then
    insert into zvirka.run_changes (run_id, at, state, changed_by)
    values (new.id, new.started_at, new.state, new.started_by);
  else
    insert into zvirka.run_changes (run_id, at, state, changed_by, reason, held_by, finding)
    values (new.id, coalesce(new.ended_at, clock_timestamp()), new.state,
            case when not is_end then new.state_changed_by end,
            case when not is_end or new.state_reason is distinct from old.state_reason then new.state_reason end,
            case when not is_end or new.held_by is distinct from old.held_by then new.held_by end,
            case when not is_end or new.finding is distinct from old.finding then new.finding end);
  end if;
  return null;
end
$$;
create trigger runs_keep_start after insert on zvirka.runs for each row execute function zvirka.keep_run_change();
create trigger runs_keep_change after update of state on zvirka.runs
  for each row when (old.state is distinct from new.state) execute function zvirka.keep_run_change();

-- What a worker did for a run. Each worker updates only its own row, so that workers do not wait for each other.
create table zvirka.run_workers (
  run_id uuid not null references zvirka.runs (id) on delete cascade,
  worker_id uuid not null references zvirka.workers (id),
  joined_at timestamptz not null default clock_timestamp(),
  batches integer not null default 0,
  claimed bigint not null default 0,
  given_back bigint not null default 0,
  verified bigint not null default 0,
  not_verified bigint not null default 0,
  not_needed bigint not null default 0,
  incorrect bigint not null default 0,
  -- Answers that a person must review.
  to_review bigint not null default 0,
  dropped bigint not null default 0,
  technical_errors bigint not null default 0,
  propagated bigint not null default 0,
  primary key (run_id, worker_id)
) with (fillfactor = 50);

-- Technical errors of a run by kind.
create table zvirka.run_errors (
  run_id uuid not null references zvirka.runs (id) on delete cascade,
  worker_id uuid not null references zvirka.workers (id),
  whose text not null check (whose in ('subject', 'service')),
  code text not null,
  count bigint not null,
  primary key (run_id, worker_id, whose, code)
) with (fillfactor = 70);

-- One tick of a schedule makes one run in the whole cluster (spec 2.1). `first`: the tick before the first worker ever started, because a
-- new database has missed none. `done`: the tick has no run; its work was done before the tick was stored (spec 5.4).
create table zvirka.ticks (
  process text not null,
  time timestamptz not null,
  outcome text not null check (outcome in ('first', 'started', 'skipped', 'done')),
  run_id uuid references zvirka.runs (id) on delete set null,
  inserted_at timestamptz not null default clock_timestamp(),
  primary key (process, time)
);

-- The schedules of the workers, by expression and time zone. Ticks before a schedule was first seen, or while workers had another one, were
-- not missed.
create table zvirka.schedules (
  process text not null,
  cron text not null,
  time_zone text not null,
  -- Ticks up to this instant are not due: when the schedule was first seen, or the last tick that was handled.
  due_after timestamptz not null,
  -- When a worker last reported this schedule.
  seen_at timestamptz not null,
  primary key (process, cron, time_zone)
) with (fillfactor = 20);

-- What a worker holds: batches of subjects of one run, each subject with the version that its check (0009) had when it was claimed. A
-- subject is IN_REVIEW while a batch holds it with the current version of its check; every write to the check raises the version and so
-- ends the claim. A worker overwrites a finished batch (a slot) with its next one, so the table stays small. Claiming takes the advisory
-- lock of the process. A batch is written by its worker while the lease is valid, or deleted by the worker that takes it over.
create table zvirka.claim_batches (
  worker_id uuid not null,
  run_id uuid not null,
  slot smallint not null,
  stream zvirka.stream not null,
  subject_kind zvirka.subject_kind not null,
  token uuid not null,
  claimed_at timestamptz not null default clock_timestamp(),
  subject_ids uuid[] not null,
  versions integer[] not null,
  primary key (worker_id, run_id, slot),
  check (cardinality(subject_ids) = cardinality(versions))
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0);
alter table zvirka.claim_batches alter column subject_ids set storage external;

create view zvirka.claimed_subjects as
select b.stream, b.subject_kind, b.worker_id, b.run_id, b.token, b.claimed_at, s.subject_id, s.version
  from zvirka.claim_batches b cross join lateral unnest(b.subject_ids, b.versions) as s (subject_id, version);

-- The outcomes of a process, in the order they were written: the window of the guard (spec 2.6). One letter for each subject: f favourable,
-- u unfavourable, e an error of the subject, s an error of the service.
create table zvirka.answer_tallies (
  id bigint generated always as identity primary key,
  process text not null,
  run_id uuid not null,
  -- Chosen by the writer: if the answer to a commit is lost, it shows whether everything was written.
  flush_id uuid not null,
  outcomes text not null,
  inserted_at timestamptz not null default clock_timestamp()
);
create index answer_tallies_process_index on zvirka.answer_tallies (process, id desc);

-- Where the guard's window of a process begins: resuming a run, or starting one after the guard ended the last, begins a new window.
create table zvirka.guard_windows (
  process text primary key,
  after_tally bigint not null
);

-- Counts made in the background, with their time (spec 2.9).
create table zvirka.counts (
  process text primary key,
  due bigint not null,
  waiting bigint not null,
  by_status jsonb not null,
  counted_at timestamptz not null
);

-- The organisation's rate limit for a service: the next free slot (spec 3.2).
create table zvirka.rate_limits (
  service text primary key,
  next_free_at timestamptz not null
) with (fillfactor = 10);

-- Jobs that run once a day in the whole cluster, on whichever worker comes first. A job that ran out of time continues from `place` the
-- next day.
create table zvirka.daily_jobs (
  name text primary key,
  done_at timestamptz not null,
  place bigint not null default 0
);

-- Each `zvirka recheck`: who reverted what, and why (spec 2.6). An interrupted one has no end.
create table zvirka.rechecks (
  id uuid primary key default gen_random_uuid(),
  process text not null,
  -- What was reverted: the answers of a run, or all answers since an instant.
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

grant select, insert, update on zvirka.workers, zvirka.runs, zvirka.run_workers, zvirka.run_errors, zvirka.ticks, zvirka.schedules,
  zvirka.counts, zvirka.guard_windows, zvirka.rate_limits, zvirka.rechecks to zvirka_app, zvirka_worker;
grant delete on zvirka.counts, zvirka.guard_windows, zvirka.rate_limits to zvirka_app;
grant select, insert, update, delete on zvirka.claim_batches to zvirka_app, zvirka_worker;
grant select, insert on zvirka.answer_tallies to zvirka_app, zvirka_worker;
-- Only the trigger writes run_changes.
grant select on zvirka.run_changes, zvirka.daily_jobs to zvirka_app, zvirka_worker;
grant select on zvirka.workers, zvirka.runs, zvirka.run_changes, zvirka.run_workers, zvirka.run_errors, zvirka.ticks, zvirka.schedules,
  zvirka.claim_batches, zvirka.claimed_subjects, zvirka.answer_tallies, zvirka.guard_windows, zvirka.counts, zvirka.rate_limits,
  zvirka.daily_jobs, zvirka.rechecks to zvirka_read;
grant select on zvirka.claimed_subjects to zvirka_app, zvirka_worker;
grant select, delete on zvirka.runs, zvirka.ticks, zvirka.answer_tallies, zvirka.rechecks, zvirka.workers, zvirka.schedules to zvirka_prune;
grant select on zvirka.guard_windows, zvirka.run_workers to zvirka_prune;
grant select, insert, update on zvirka.daily_jobs to zvirka_prune;
