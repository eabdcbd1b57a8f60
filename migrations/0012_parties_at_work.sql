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

-- The summary is locked first and the employees are read after it, in a statement that sees what was committed meanwhile: of two
-- transactions that dismiss the last two employees of a party at once, the second finds none left. A summary that comes while an
-- employee of its party does sees it as little as it is seen: so each locks the party, in modes of which one excludes the other;
-- writers of the cumulative status are in nobody's way with theirs.
create function prm.keep_party_at_work(party uuid) returns void language plpgsql as $$
begin
  perform from prm.parties where id = party for key share;
  perform from prm.party_verification_summaries where party_id = party for update;
  update prm.party_verification_summaries v
     set is_subject_active = not v.is_subject_active
   where v.party_id = party
     and v.is_subject_active is distinct from exists (
       select from prm.employees e where e.party_id = party and e.status = 'APPROVED' and e.is_active);
end
$$;

-- Two employees who change places at once: both summaries are locked in the order of their ids (spec 1.8), before either is looked at,
-- so that neither transaction waits for the other in a circle.
create function prm.keep_subject_active() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.party_id <> old.party_id then
    perform from prm.party_verification_summaries where party_id in (old.party_id, new.party_id) order by id for update;
  end if;
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

-- A summary that comes after its party's employees. A party put in by the same statement is not seen yet, and has the transaction's time.
create function prm.begin_summary() returns trigger language plpgsql as $$
begin
  perform from prm.parties where id = new.party_id for update;
  new.is_subject_active := exists (
    select from prm.employees e where e.party_id = new.party_id and e.status = 'APPROVED' and e.is_active);
  new.subject_inserted_at := coalesce((select s.inserted_at from prm.parties s where s.id = new.party_id), now());
  return new;
end
$$;
create trigger party_verification_summaries_begin before insert on prm.party_verification_summaries
  for each row execute function prm.begin_summary();

grant select, insert, update on prm.legal_entities, prm.divisions, prm.employees to zvirka_app;
grant select on prm.legal_entities, prm.divisions, prm.employees to zvirka_read;
