-- What an employee request was signed as: the envelope as it came, once for each request that came in one. Personal, all of it.
create table il.employee_request_envelopes (
  employee_request_id uuid primary key references il.employee_requests (id),
  envelope bytea not null,
  inserted_at timestamptz not null default now()
);
grant select, insert on il.employee_request_envelopes to zvirka_app;
grant select on il.employee_request_envelopes to zvirka_read;
