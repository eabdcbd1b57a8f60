-- Secrets that are good no more: used, replaced by a new invitation, or gone with their request (spec 5). Whoever still holds one is told so,
-- and not that it never was any. Requests are not referenced: what is kept here is a hash, of use to nobody.
create table il.employee_request_dead_secrets (
  hash bytea primary key,
  employee_request_id uuid not null,
  died_at timestamptz not null default clock_timestamp()
);

create function il.keep_dead_secrets() returns trigger language plpgsql as $$
begin
  insert into il.employee_request_dead_secrets (hash, employee_request_id)
  select hash, employee_request_id from gone order by hash
  on conflict do nothing;
  return null;
end
$$;

create trigger keep_dead_secrets after delete on il.employee_request_secrets
  referencing old table as gone for each statement execute function il.keep_dead_secrets();

grant select, insert on il.employee_request_dead_secrets to zvirka_app;
