-- Parties, as far as a person's answer reaches them (seed 001 step 4.2): a party with the same document.
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

-- As mpi.person_verification_summaries.
create table prm.party_verification_summaries (
  id uuid primary key default gen_random_uuid(),
  party_id uuid not null unique references prm.parties (id),
  drfo_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  drfo_verification_reason zvirka.stream_reason not null default 'INITIAL',
  drfo_unverified_at timestamptz,
  drfo_data_id uuid,
  drfo_data_result smallint,
  drfo_synced_at timestamptz,
  dracs_death_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dracs_death_verification_reason zvirka.stream_reason not null default 'INITIAL',
  dracs_death_unverified_at timestamptz,
  dracs_death_online_status zvirka.online_status not null default 'READY',
  dracs_death_verification_comment text,
  mvs_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dms_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  -- Kept by triggers on employees and parties.
  is_subject_active boolean not null default false,
  subject_inserted_at timestamptz not null default now(),
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

create function prm.keep_summary() returns trigger language plpgsql as $$
begin
  update prm.party_verification_summaries set subject_inserted_at = new.inserted_at where party_id = new.id;
  return null;
end
$$;
create trigger parties_keep_summary after update of inserted_at on prm.parties
  for each row when (old.inserted_at <> new.inserted_at) execute function prm.keep_summary();

grant select, insert, update on prm.parties, prm.party_verification_summaries to zvirka_app;
grant select, insert, update, delete on prm.party_documents to zvirka_app;
grant select on prm.parties, prm.party_documents, prm.party_verification_summaries to zvirka_read;
