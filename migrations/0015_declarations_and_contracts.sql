-- Declarations (spec 1.3): which doctor a person has chosen. Logical databases have no foreign keys to each other.
create table ops.declarations (
  id uuid primary key default gen_random_uuid(),
  employee_id uuid not null,
  person_id uuid not null,
  legal_entity_id uuid not null,
  division_id uuid,
  start_date date not null,
  end_date date not null,
  status text not null check (status in ('active', 'pending_verification', 'terminated', 'closed', 'rejected')),
  reason text,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  -- Lists show it for a person; writers of declarations set it.
  declaration_number text
);
-- For an employee's patients, for the declarations that change when a doctor changes speciality, and for rare statuses.
create index declarations_active_index on ops.declarations (employee_id, person_id) where status = 'active';
create index declarations_open_index on ops.declarations (employee_id, person_id) where status in ('active', 'pending_verification');
create index declarations_employee_id_status_index
  on ops.declarations (employee_id, status, person_id) where status <> 'active';
-- For whether a person has an active declaration with a legal entity, whose staff may then see the verification, and for what a death ends.
create index declarations_person_id_index on ops.declarations (person_id) where status in ('active', 'pending_verification');

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

grant select, insert, update on ops.declarations, ops.contracts to zvirka_app;
grant select on ops.declarations, ops.contracts to zvirka_read;
