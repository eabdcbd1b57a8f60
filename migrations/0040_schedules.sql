-- The schedules that workers have, by their expression and time zone. What lies before the moment at which one was first seen was never
-- missed, nor what passed while workers had another one in its place.
create table zvirka.schedules (
  process text not null,
  cron text not null,
  time_zone text not null,
  -- Ticks up to this instant are not due: it is when the schedule was first seen, or the last tick that was seen to.
  due_after timestamptz not null,
  -- When a worker last said that it has this schedule.
  seen_at timestamptz not null,
  primary key (process, cron, time_zone)
) with (fillfactor = 20);

grant select, insert, update on zvirka.schedules to zvirka_app;
grant select on zvirka.schedules to zvirka_read;
