-- Employee requests (spec 1.3, 5): somebody is asked for, invited, and approves or rejects it.
create schema il;
grant usage on schema il to zvirka_app, zvirka_read;

create table il.employee_requests (
  id uuid primary key default gen_random_uuid(),
  -- The object employee_request as it was accepted, without its wrapper and status, the e-mail lower-cased.
  data jsonb not null,
  status text not null default 'NEW' check (status in ('NEW', 'APPROVED', 'REJECTED', 'EXPIRED')),
  -- Of the employee that the approval created or updated.
  employee_id uuid,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  -- What lists are filtered by.
  legal_entity_id uuid not null generated always as ((data ->> 'legal_entity_id')::uuid) stored,
  no_tax_id boolean not null generated always as (coalesce((data #>> '{party,no_tax_id}')::boolean, false)) stored
);
create index employee_requests_inserted_at_index on il.employee_requests (inserted_at, id);
create index employee_requests_legal_entity_id_index on il.employee_requests (legal_entity_id, inserted_at, id);
create index employee_requests_status_index on il.employee_requests (status, inserted_at, id);

-- What an invitation's link carries, as a hash: single use, gone with the request (spec 5). Several may be good at once, since a mail job
-- that is tried again makes another; the first use ends them all.
create table il.employee_request_secrets (
  hash bytea primary key,
  employee_request_id uuid not null references il.employee_requests (id),
  inserted_at timestamptz not null default now()
);
create index employee_request_secrets_request_index on il.employee_request_secrets (employee_request_id);

-- One user has one party, and a user's party never changes (spec 5.1.5).
create table prm.party_users (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique,
  party_id uuid not null references prm.parties (id),
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index party_users_party_id_index on prm.party_users (party_id);

create table prm.party_verification_candidates (
  id uuid primary key default gen_random_uuid(),
  party_id uuid not null references prm.parties (id),
  entity_type text not null,
  entity_id uuid not null,
  status text not null,
  status_reason text,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index party_verification_candidates_party_id_index on prm.party_verification_candidates (party_id);

create table ops.contracts (
  id uuid primary key default gen_random_uuid(),
  contract_number text not null,
  contractor_legal_entity_id uuid not null,
  contractor_owner_id uuid not null,
  status text not null check (status in ('VERIFIED', 'TERMINATED')),
  is_suspended boolean not null default false,
  start_date date not null,
  end_date date not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);
create index contracts_contractor_owner_id_index on ops.contracts (contractor_owner_id);
-- Whose declarations change when a doctor retrains.
create index declarations_open_index on ops.declarations (employee_id, person_id) where status in ('active', 'pending_verification');

grant select, insert, update on il.employee_requests, prm.party_verification_candidates, ops.contracts to zvirka_app;
grant select, insert, delete on il.employee_request_secrets to zvirka_app;
grant select, insert on prm.party_users to zvirka_app;
grant select on il.employee_requests, prm.party_users, prm.party_verification_candidates, ops.contracts to zvirka_read;

-- Mails, each a job of its own whose key is the employee request's id. Attempts and the pauses between them are set with each job.
select pgboss.create_queue(queue, '{
  "policy": "exclusive", "notify": true, "retryLimit": 9, "retryDelay": 5, "heartbeatSeconds": 10, "expireInSeconds": 600,
  "retentionSeconds": 2592000, "deleteAfterSeconds": 2592000
}') from unnest(array['invitation_mail', 'registration_mail']) as queue;
