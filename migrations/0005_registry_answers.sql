-- Answers of the registries: the State Migration Service, the Ministry of Internal Affairs about passports and UNZR (spec 1.3.2), the State
-- Tax Service about tax ids (spec 8.3). Nothing here refers to a person or a party (spec 1.2).
create table mimir.dms_passport_data (
  id uuid primary key default gen_random_uuid(),
  pass_type text not null,
  pas_serial text,
  pas_number text not null,
  pas_status smallint not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- A NATIONAL_ID has no serial; the key is unique for it too (spec 1.3).
create unique index dms_passport_data_pass_type_pas_serial_pas_number_index
  on mimir.dms_passport_data (pass_type, pas_serial, pas_number) nulls not distinct;

create table mimir.mvs_passport_data (
  id uuid primary key default gen_random_uuid(),
  pass_type text not null,
  pas_serial text,
  pas_number text not null,
  pas_status smallint not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index mvs_passport_data_pass_type_pas_serial_pas_number_index
  on mimir.mvs_passport_data (pass_type, pas_serial, pas_number) nulls not distinct;

create table mimir.unzr_data (
  id uuid primary key default gen_random_uuid(),
  unzr text not null,
  family_name text not null,
  given_name text not null,
  -- '' where the person has none (spec 1.3).
  patronymic_name text not null,
  date_birth date not null,
  status smallint not null,
  description text not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index unzr_data_unzr_index on mimir.unzr_data (unzr);

create table mimir.drfo_data (
  id uuid primary key default gen_random_uuid(),
  -- The tax id, or the number of the document that replaces it.
  rnokpp text not null,
  last_name text not null,
  first_name text not null,
  middle_name text,
  date_birth date not null,
  info_result smallint not null,
  info_error_message text,
  applications jsonb[],
  find_result smallint,
  find_error smallint,
  find_error_message text,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
);
create unique index drfo_data_rnokpp_index on mimir.drfo_data (rnokpp);

grant select, insert, update on mimir.dms_passport_data, mimir.mvs_passport_data, mimir.unzr_data, mimir.drfo_data to zvirka_app, zvirka_worker;
grant select on mimir.dms_passport_data, mimir.mvs_passport_data, mimir.unzr_data, mimir.drfo_data to zvirka_read;
