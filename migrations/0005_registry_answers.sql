-- What registries answered: the State Migration Service, the Ministry of Internal Affairs about passports and about UNZR (spec 1.3.2).
-- Nothing here points to a person or a party (spec 1.2).
create table mimir.dms_passport_data (
  id uuid primary key default gen_random_uuid(),
  pass_type text not null,
  pas_serial text,
  pas_number text not null,
  pas_status smallint not null,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- A NATIONAL_ID has no serial; the key holds for it too (spec 1.3).
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

grant select, insert, update on mimir.dms_passport_data, mimir.mvs_passport_data, mimir.unzr_data to zvirka_app, zvirka_worker;
grant select on mimir.dms_passport_data, mimir.mvs_passport_data, mimir.unzr_data to zvirka_read;
