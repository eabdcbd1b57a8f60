-- Persons, their documents and their verification (spec 1.3).
create table mpi.persons (
  id uuid primary key default gen_random_uuid(),
  first_name text not null,
  last_name text not null,
  second_name text,
  birth_date date not null,
  gender text,
  tax_id text,
  no_tax_id boolean not null default false,
  unzr text,
  status text not null default 'active' check (status in ('active', 'inactive')),
  is_active boolean not null default true,
  verification_status zvirka.cumulative_status not null default 'VERIFICATION_NEEDED',
  death_date date,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);

create table mpi.person_documents (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references mpi.persons (id),
  type text not null,
  number text not null,
  issued_at date,
  expiration_date date,
  issued_by text,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index person_documents_person_id_index on mpi.person_documents (person_id);
-- Holders of a document are found without regard to case (spec 1.7). ICU folds Ukrainian letters, which the C locale leaves
-- as they are; the folded text is compared bytewise. Queries must repeat the expression word for word.
create index person_documents_type_number_index
  on mpi.person_documents (type, (lower(number collate "und-x-icu") collate "C"));

create table mpi.person_verifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null unique references mpi.persons (id),
  drfo_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  drfo_verification_reason zvirka.stream_reason not null default 'INITIAL',
  drfo_unverified_at timestamptz,
  drfo_data_id uuid,
  drfo_data_result smallint,
  drfo_synced_at timestamptz,
  dracs_death_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dracs_death_verification_reason zvirka.stream_reason not null default 'INITIAL',
  dracs_death_unverified_at timestamptz,
  dracs_death_act_id uuid,
  dracs_death_online_status zvirka.online_status not null default 'READY',
  dracs_death_verification_comment text,
  nhs_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  nhs_verification_reason zvirka.stream_reason not null default 'INITIAL',
  nhs_unverified_at timestamptz,
  nhs_verification_comment text,
  unzr_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  unzr_verification_reason zvirka.stream_reason not null default 'INITIAL',
  unzr_unverified_at timestamptz,
  unzr_data_id uuid,
  unzr_data_status smallint,
  unzr_synced_at timestamptz,
  mvs_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  mvs_passport_verification_reason zvirka.stream_reason not null default 'INITIAL',
  mvs_passport_unverified_at timestamptz,
  mvs_passport_data_id uuid,
  mvs_passport_data_status smallint,
  mvs_passport_synced_at timestamptz,
  dms_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dms_passport_verification_reason zvirka.stream_reason not null default 'INITIAL',
  dms_passport_unverified_at timestamptz,
  dms_passport_data_id uuid,
  dms_passport_data_status smallint,
  dms_passport_synced_at timestamptz,
  -- What a claim must find in one index (spec 1.2): whether the person is checked at all (kept by a trigger on persons),
  -- and for each stream of ours when it was triggered, until when it waits after a failure, and how often it failed.
  is_subject_active boolean not null default true,
  unzr_triggered_at timestamptz,
  unzr_waits_until timestamptz,
  unzr_failures smallint not null default 0,
  mvs_passport_triggered_at timestamptz,
  mvs_passport_waits_until timestamptz,
  mvs_passport_failures smallint not null default 0,
  dms_passport_triggered_at timestamptz,
  dms_passport_waits_until timestamptz,
  dms_passport_failures smallint not null default 0,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

-- Only an active person is selected (seed 001 step 1). The verification row repeats it, whoever changes the person and how.
-- Spec 1.8 wants the verification row locked before the person; a writer that follows it finds the row locked already.
create function mpi.keep_subject_active() returns trigger language plpgsql as $$
begin
  update mpi.person_verifications
     set is_subject_active = (new.status = 'active' and new.is_active)
   where person_id = new.id
     and is_subject_active is distinct from (new.status = 'active' and new.is_active);
  return null;
end
$$;
create trigger persons_keep_subject_active after update of status, is_active on mpi.persons
  for each row when (old.status is distinct from new.status or old.is_active is distinct from new.is_active)
  execute function mpi.keep_subject_active();

grant select, insert, update on mpi.persons, mpi.person_verifications to zvirka_app;
grant select, insert, update, delete on mpi.person_documents to zvirka_app;
grant select on mpi.persons, mpi.person_documents, mpi.person_verifications to zvirka_read;
