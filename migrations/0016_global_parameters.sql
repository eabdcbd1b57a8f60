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
               ('employee_request_expiration', '29'), ('employee_request_term_unit', 'DAYS'), ('no_self_auth_age', '14')) as p (parameter, value),
       (values ('4261eacf-8008-4e62-899f-de1e2f7065f0'::uuid)) as s (system_user_id);
grant select, insert, update on prm.global_parameters to zvirka_app;
grant select on prm.global_parameters to zvirka_worker, zvirka_read;
