-- What became of each run and when: its start, each change of its state with who asked for it and why, its end. A trigger keeps
-- it, so that workers of every version and whoever changes a run by hand leave the same record. It goes with its run.
create table zvirka.run_changes (
  id bigint generated always as identity primary key,
  run_id uuid not null references zvirka.runs (id) on delete cascade,
  at timestamptz not null,
  state text not null,
  -- Null: nobody asked for it, the run came to it by itself.
  changed_by uuid,
  reason text
);
create index run_changes_run_index on zvirka.run_changes (run_id, id);

create function zvirka.keep_run_change() returns trigger language plpgsql as $$
declare
  -- A run ends by itself, also when it was told to stop: the telling was a change of its own.
  is_end boolean := new.ended_at is not null;
begin
  if tg_op = 'INSERT' then
    insert into zvirka.run_changes (run_id, at, state, changed_by)
    values (new.id, new.started_at, new.state, new.started_by);
  else
    insert into zvirka.run_changes (run_id, at, state, changed_by, reason)
    values (new.id, coalesce(new.ended_at, clock_timestamp()), new.state,
            case when not is_end then new.state_changed_by end,
            case when not is_end or new.state_reason is distinct from old.state_reason then new.state_reason end);
  end if;
  return null;
end
$$;
create trigger runs_keep_start after insert on zvirka.runs for each row execute function zvirka.keep_run_change();
create trigger runs_keep_change after update of state on zvirka.runs
  for each row when (old.state is distinct from new.state) execute function zvirka.keep_run_change();

-- Of runs that are there already only the start and the end are known.
insert into zvirka.run_changes (run_id, at, state, changed_by)
select id, started_at, 'running', started_by from zvirka.runs order by started_at, id;
insert into zvirka.run_changes (run_id, at, state, reason)
select id, ended_at, state, case when state = 'failed' then state_reason end
  from zvirka.runs where ended_at is not null order by ended_at, id;

grant select, insert on zvirka.run_changes to zvirka_app;
grant select on zvirka.run_changes to zvirka_read;
