-- Parties, their employees and their verification (spec 1.3, 2.5.3). A party is checked while at least one of its employees is approved and
-- active (spec 2.2).
create table prm.parties (
  id uuid primary key default gen_random_uuid(),
  first_name text not null,
  last_name text not null,
  second_name text,
  birth_date date not null,
  gender text,
  tax_id text,
  no_tax_id boolean not null default false,
  phones jsonb,
  educations jsonb,
  qualifications jsonb,
  specialities jsonb,
  science_degree jsonb,
  about_myself text,
  working_experience integer,
  declaration_limit integer,
  verification_status zvirka.cumulative_status not null default 'VERIFICATION_NEEDED',
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  unique (tax_id, birth_date)
);

create table prm.party_documents (
  id uuid primary key default gen_random_uuid(),
  party_id uuid not null references prm.parties (id),
  type text not null,
  number text not null,
  issued_at date,
  expiration_date date,
  issued_by text,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index party_documents_party_id_index on prm.party_documents (party_id);
create index party_documents_type_number_index
  on prm.party_documents (type, (lower(number collate "und-x-icu") collate "C"));

-- Like mpi.person_verification_summaries.
create table prm.party_verification_summaries (
  id uuid primary key default gen_random_uuid(),
  party_id uuid not null unique references prm.parties (id),
  drfo_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dracs_death_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  mvs_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dms_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  -- Set by triggers on employees and parties.
  is_subject_active boolean not null default false,
  subject_inserted_at timestamptz not null default now(),
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

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

-- One user has one party, and a user's party never changes (spec 5.1.5).
create table prm.party_users (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique,
  party_id uuid not null references prm.parties (id),
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index party_users_party_id_index on prm.party_users (party_id);

create function prm.keep_summary() returns trigger language plpgsql as $$
begin
  update prm.party_verification_summaries set subject_inserted_at = new.inserted_at where party_id = new.id;
  return null;
end
$$;
create trigger parties_keep_summary after update of inserted_at on prm.parties
  for each row when (old.inserted_at <> new.inserted_at) execute function prm.keep_summary();

-- Lock the summary first and read the employees in a later statement, which sees what was committed meanwhile: if two transactions dismiss
-- the last two employees of a party at once, the second finds none left. A summary and an employee that are inserted at the same time do
-- not see each other, so both lock the party, in modes that conflict; writers of the cumulative status do not conflict with either.
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

-- If two employees exchange their parties at once, locking both summaries in the order of their ids (spec 1.8) avoids a deadlock.
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

-- For a summary that is inserted after its party's employees. A party inserted by the same statement is not visible yet: it has the
-- transaction's time.
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

-- Like those of persons (0002).
create index parties_inserted_at_index on prm.parties (inserted_at, id);
create index parties_verification_status_index on prm.parties (verification_status, inserted_at, id);
create index parties_tax_id_index on prm.parties (tax_id, inserted_at, id) where tax_id is not null;
create index parties_last_name_birth_date_index
  on prm.parties ((translate(lower(last_name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C"),
                  birth_date, inserted_at, id);
create index party_documents_number_index
  on prm.party_documents ((lower(number collate "und-x-icu") collate "C"), party_id);
-- For the employees of a division, and for lists of verifications that are filtered by a rare status.
create index employees_division_id_index on prm.employees (division_id) where division_id is not null;
create index employees_status_index on prm.employees (status) where status <> 'APPROVED';

-- Lists of employee requests that are filtered by the code or name of a legal entity find the legal entities first.
create index legal_entities_edrpou_index on prm.legal_entities (edrpou);

-- Legal entities are found by any part of their name, whatever its case and apostrophes. pg_trgm depends on the locale of the database: in
-- the locale C it drops Ukrainian letters. So the index holds all substrings of one to three characters, and a search looks for the
-- substrings of three, or of its own length if that is less. The cost keeps the planner from computing them for each row.
create function prm.runs_of(name text, shortest integer) returns text[] language sql immutable parallel safe cost 1000 as $$
  select coalesce(array_agg(distinct substr(name, n, l)), '{}')
    from generate_series(1, length(name)) n, generate_series(shortest, 3) l
   where n + l - 1 <= length(name)
$$;
create index legal_entities_name_runs_index on prm.legal_entities using gin (prm.runs_of(
  translate(lower(name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C", 1));

grant select, insert, update on prm.parties, prm.party_verification_summaries, prm.employees to zvirka_app, zvirka_worker;
grant select, insert, update, delete on prm.party_documents to zvirka_app, zvirka_worker;
grant select, insert, update on prm.legal_entities, prm.divisions to zvirka_app;
grant select, insert on prm.legal_entities, prm.divisions to zvirka_worker;
grant select, insert on prm.party_users to zvirka_app;
grant select on prm.party_users to zvirka_worker;
grant select on prm.parties, prm.party_documents, prm.party_verification_summaries, prm.legal_entities, prm.divisions, prm.employees,
  prm.party_users to zvirka_read;
