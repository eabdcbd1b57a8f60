-- What the State Migration Service answered (seed 003). Nothing here points to a person or a party (spec 1.2).
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

grant select, insert, update on mimir.dms_passport_data to zvirka_app;
grant select on mimir.dms_passport_data to zvirka_read;
