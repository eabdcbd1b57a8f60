-- Employee requests (spec 1.3, 5): a person is invited, and approves or rejects.
create table il.employee_requests (
  id uuid primary key default gen_random_uuid(),
  -- The accepted employee_request object without its wrapper and status, the e-mail in lower case.
  data jsonb not null,
  status text not null default 'NEW' check (status in ('NEW', 'APPROVED', 'REJECTED', 'EXPIRED')),
  -- The employee that the approval created or updated.
  employee_id uuid,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  -- Filters of lists.
  legal_entity_id uuid not null generated always as ((data ->> 'legal_entity_id')::uuid) stored,
  no_tax_id boolean not null generated always as (coalesce((data #>> '{party,no_tax_id}')::boolean, false)) stored,
  -- A request cannot change a person who already has users until the NHS confirms it.
  confirmed_at timestamptz,
  confirmed_by uuid
);
-- For lists (spec 5): each filter and each pair of filters reads one of these indexes in the order of insertion.
create index employee_requests_inserted_at_index on il.employee_requests (inserted_at, id);
create index employee_requests_legal_entity_id_index on il.employee_requests (legal_entity_id, inserted_at, id);
create index employee_requests_status_index on il.employee_requests (status, inserted_at, id);
create index employee_requests_legal_entity_id_status_index
  on il.employee_requests (legal_entity_id, status, inserted_at, id);
create index employee_requests_legal_entity_id_no_tax_id_index
  on il.employee_requests (legal_entity_id, no_tax_id, inserted_at, id);
create index employee_requests_no_tax_id_index on il.employee_requests (no_tax_id, inserted_at, id);
create index employee_requests_status_no_tax_id_index on il.employee_requests (status, no_tax_id, inserted_at, id);

-- Employee requests can also be ordered by full name, in the order of the Ukrainian alphabet whatever the locale: its letters are mapped to
-- consecutive ones. The high cost makes the planner use the index that has the order, instead of sorting.
create function il.request_name_key(data jsonb) returns text language plpgsql immutable parallel safe cost 1000 as $$
begin
  return translate(
    lower(((data #>> '{party,last_name}') || ' ' || (data #>> '{party,first_name}') || ' ' || coalesce(data #>> '{party,second_name}', ''))
          collate "und-x-icu"),
    U&'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя''\2019\02BC\2018\0060\00B4',
    U&'\0430\0431\0432\0433\0434\0435\0436\0437\0438\0439\043A\043B\043C\043D\043E\043F\0440\0441\0442\0443\0444\0445\0446\0447\0448\0449\044A\044B\044C\044D\044E\044F\0450');
end
$$;
create index employee_requests_name_index on il.employee_requests ((il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_status_name_index on il.employee_requests (status, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_no_tax_id_name_index on il.employee_requests (no_tax_id, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_legal_entity_id_name_index
  on il.employee_requests (legal_entity_id, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_email_index on il.employee_requests ((data #>> '{party,email}'), inserted_at, id);

-- The secrets in invitation links, as hashes: single use, deleted with the request (spec 5). Several may be valid at once, since a retried
-- mail job makes another; the first use ends all of them.
create table il.employee_request_secrets (
  hash bytea primary key,
  employee_request_id uuid not null references il.employee_requests (id),
  inserted_at timestamptz not null default now()
);
create index employee_request_secrets_request_index on il.employee_request_secrets (employee_request_id);

-- Secrets that are no longer valid: used, replaced by a new invitation, or ended with their request (spec 5). Their holders get the error
-- of an expired link, not that of an unknown one. No foreign key: hashes are useless by themselves, and remain.
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

-- The signed envelope of an employee request as received, for requests that came in one. All of it is personal data.
create table il.employee_request_envelopes (
  employee_request_id uuid primary key references il.employee_requests (id),
  envelope bytea not null,
  inserted_at timestamptz not null default now()
);

-- Mails caused, by recipient (a digest of the e-mail) and legal entity: both are limited.
create table il.caused_mails (
  id bigint generated always as identity primary key,
  recipient bytea not null,
  legal_entity_id uuid not null,
  at timestamptz not null default clock_timestamp()
);
create index caused_mails_recipient_index on il.caused_mails (recipient, at);
create index caused_mails_legal_entity_id_index on il.caused_mails (legal_entity_id, at);
create index caused_mails_at_index on il.caused_mails (at);

-- Deletes at most so many rows that no longer count, and returns how many.
create function zvirka.prune_caused_mails(most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  deleted integer;
begin
  delete from il.caused_mails where id in (
    select id from il.caused_mails m where m.at < statement_timestamp() - interval '2 days' limit most);
  get diagnostics deleted = row_count;
  return deleted;
end
$$;
-- The effect of a POST with an Idempotency-Key: repeating it within a day returns the same answer and does nothing (spec 6.3.8). Only
-- digests, ids and codes: personal data of an answer are read from the request.
create table zvirka.idempotency_keys (
  user_id uuid not null,
  client_id uuid not null,
  -- Digests of the key and of the body.
  key bytea not null,
  sent bytea not null,
  employee_request_id uuid not null,
  -- The request's state in that answer.
  status text not null,
  employee_id uuid,
  updated_at timestamptz not null,
  at timestamptz not null default clock_timestamp(),
  primary key (user_id, client_id, key)
);
create index idempotency_keys_at_index on zvirka.idempotency_keys (at);
grant select, insert, update on zvirka.idempotency_keys to zvirka_app;
grant select (user_id, client_id, key, at), delete on zvirka.idempotency_keys to zvirka_prune;

grant select, insert, update on il.employee_requests to zvirka_app;
grant select, insert, delete on il.employee_request_secrets to zvirka_app;
grant select, insert on il.employee_request_dead_secrets, il.employee_request_envelopes to zvirka_app;
-- Workers send invitations and expire requests. They may not read the hashes of secrets.
grant select, update (status, updated_at, updated_by) on il.employee_requests to zvirka_worker;
grant select (employee_request_id), insert, delete on il.employee_request_secrets to zvirka_worker;
grant insert on il.employee_request_dead_secrets to zvirka_worker;
grant select, insert (legal_entity_id, recipient) on il.caused_mails to zvirka_app, zvirka_worker;
grant select on il.employee_requests, il.employee_request_envelopes to zvirka_read;
revoke execute on function zvirka.prune_caused_mails from public;
grant execute on function zvirka.prune_caused_mails to zvirka_prune;
