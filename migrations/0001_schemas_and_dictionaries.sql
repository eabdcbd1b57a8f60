-- One schema for each logical database of the platform (spec 1.2), and one for our own bookkeeping (zvirka). Objects belong to
-- zvirka_owner; grants to the other roles follow each object.
create schema mimir;
create schema mpi;
create schema prm;
create schema ops;
create schema il;
create schema event_manager;
create schema mithril;
create schema if not exists zvirka;

grant usage on schema mimir, mpi, prm, ops, il, event_manager, mithril, zvirka to zvirka_app;
grant usage on schema mimir, mpi, prm, il, event_manager, mithril, zvirka to zvirka_worker;
grant usage on schema mimir, mpi, prm, ops, il, event_manager, zvirka to zvirka_read;
grant usage on schema mimir, event_manager, mithril, zvirka to zvirka_prune;
grant usage on schema event_manager to zvirka_events;

-- Commands compare the applied migrations with their own version.
grant select on zvirka.schema_migrations to zvirka_read;

-- The platform's dictionaries (spec 1.4), as enums: 36 million rows have twelve such columns, and an enum takes 4 bytes, not 20.
create type zvirka.subject_kind as enum ('person', 'party');

create type zvirka.stream as enum ('drfo', 'dracs_death', 'nhs', 'unzr', 'mvs_passport', 'dms_passport');

create type zvirka.stream_status as enum (
  'VERIFICATION_NEEDED', 'IN_REVIEW', 'VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NOT_NEEDED'
);

create type zvirka.stream_reason as enum (
  'AUTO', 'AUTO_DATA_ABSENT', 'AUTO_INCORRECT_DATA', 'AUTO_LOST', 'AUTO_NOT_FOUND', 'AUTO_NOT_LOST', 'AUTO_NOT_VALID',
  'AUTO_OFFLINE', 'AUTO_ONLINE', 'AUTO_VALID', 'DOCUMENTS_TRIGGERED', 'INITIAL', 'INVALID_BIRTH_DATE',
  'INVALID_RNOKPP_FORMAT', 'MANUAL', 'MANUAL_CONFIRMED', 'MANUAL_NOT_CONFIRMED', 'MANUAL_DECEASED',
  'MANUAL_NO_DEATH_RECORD', 'OFFLINE_VERIFIED', 'ONLINE_TRIGGERED', 'RULES_PASSED', 'RULES_TRIGGERED',
  'TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT'
);

create type zvirka.online_status as enum ('READY', 'IN_PROCESS', 'COMPLETED');

create type zvirka.cumulative_status as enum ('VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED', 'CHANGES_NEEDED');
