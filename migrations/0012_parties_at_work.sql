-- Who is a party at work (spec 1.3, 2.2): a party is checked while at least one of its employees is approved and active.
create table prm.legal_entities (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  edrpou text,
  type text not null,
  status text not null,
  is_active boolean not null default true,
  addresses jsonb,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table prm.divisions (
  id uuid primary key default gen_random_uuid(),
  legal_entity_id uuid not null references prm.legal_entities (id),
  name text not null,
  type text not null,
  status text not null,
  is_active boolean not null default true
);
create index divisions_legal_entity_id_index on prm.divisions (legal_entity_id);

create table prm.employees (
  id uuid primary key default gen_random_uuid(),
  party_id uuid not null references prm.parties (id),
  legal_entity_id uuid not null references prm.legal_entities (id),
  division_id uuid references prm.divisions (id),
  employee_type text not null,
  position text not null,
  status text not null,
  status_reason text,
  is_active boolean not null default true,
  start_date date not null,
  end_date date,
  speciality jsonb,
  additional_info jsonb,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);
create index employees_party_id_index on prm.employees (party_id);
create index employees_legal_entity_id_index on prm.employees (legal_entity_id);

-- What a claim must find in one index, as in mpi.person_verifications. No employee was there before this migration.
alter table prm.party_verifications add column is_subject_active boolean not null default false;

-- The verification row is locked first and the employees are read after it, in a statement that sees what was committed
-- meanwhile: of two transactions that dismiss the last two employees of a party at once, the second finds none left.
create function prm.keep_party_at_work(party uuid) returns void language plpgsql as $$
begin
  perform from prm.party_verifications where party_id = party for update;
  update prm.party_verifications v
     set is_subject_active = not v.is_subject_active
   where v.party_id = party
     and v.is_subject_active is distinct from exists (
       select from prm.employees e where e.party_id = party and e.status = 'APPROVED' and e.is_active);
end
$$;

create function prm.keep_subject_active() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    perform prm.keep_party_at_work(old.party_id);
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.party_id <> old.party_id) then
    perform prm.keep_party_at_work(new.party_id);
  end if;
  return null;
end
$$;
create trigger employees_keep_subject_active_on_insert after insert on prm.employees
  for each row when (new.status = 'APPROVED' and new.is_active) execute function prm.keep_subject_active();
create trigger employees_keep_subject_active_on_update after update of status, is_active, party_id on prm.employees
  for each row when ((old.status = 'APPROVED' and old.is_active) is distinct from (new.status = 'APPROVED' and new.is_active)
    or old.party_id <> new.party_id) execute function prm.keep_subject_active();
create trigger employees_keep_subject_active_on_delete after delete on prm.employees
  for each row when (old.status = 'APPROVED' and old.is_active) execute function prm.keep_subject_active();

-- A verification row that comes after its party's employees.
create function prm.begin_subject_active() returns trigger language plpgsql as $$
begin
  new.is_subject_active := exists (
    select from prm.employees e where e.party_id = new.party_id and e.status = 'APPROVED' and e.is_active);
  return new;
end
$$;
create trigger party_verifications_begin_subject_active before insert on prm.party_verifications
  for each row execute function prm.begin_subject_active();

grant select, insert, update on prm.legal_entities, prm.divisions, prm.employees to zvirka_app;
grant select on prm.legal_entities, prm.divisions, prm.employees to zvirka_read;
