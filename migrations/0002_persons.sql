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
-- Document numbers are compared without regard to case (spec 1.7). ICU folds Ukrainian letters, which the C locale does not; the folded
-- text is compared bytewise. Queries must repeat the expression exactly.
create index person_documents_type_number_index
  on mpi.person_documents (type, (lower(number collate "und-x-icu") collate "C"));

-- Statuses that are counted (spec 1.3, 1.5): everything about the streams of other processes, and only the status of ours; their other
-- columns are in the tables of checks (0009). Writers of a person's verification lock this row (spec 1.8).
create table mpi.person_verification_summaries (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null unique references mpi.persons (id),
  drfo_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dracs_death_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  nhs_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  nhs_verification_reason zvirka.stream_reason not null default 'INITIAL',
  nhs_unverified_at timestamptz,
  nhs_verification_comment text,
  unzr_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  mvs_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dms_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  -- Whether the person is checked (spec 2.2.1), and when it was inserted: triggers copy both from persons, and on to the checks.
  is_subject_active boolean not null default true,
  subject_inserted_at timestamptz not null default now(),
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null,
  -- Set by an erasure and never reset: writers read it when they lock the summary. It is not a column of the platform's view.
  erased_at timestamptz
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

-- The verification row must be locked before the person (spec 1.8); a writer that does so already holds this lock.
create function mpi.keep_summary() returns trigger language plpgsql as $$
begin
  update mpi.person_verification_summaries
     set is_subject_active = (new.status = 'active' and new.is_active), subject_inserted_at = new.inserted_at
   where person_id = new.id
     and (is_subject_active, subject_inserted_at)
         is distinct from ((new.status = 'active' and new.is_active), new.inserted_at);
  return null;
end
$$;
create trigger persons_keep_summary after update of status, is_active, inserted_at on mpi.persons
  for each row when (old.status is distinct from new.status or old.is_active is distinct from new.is_active
    or old.inserted_at <> new.inserted_at)
  execute function mpi.keep_summary();

-- A person inserted by the same statement is not visible yet: it has the transaction's time.
create function mpi.begin_summary() returns trigger language plpgsql as $$
begin
  new.subject_inserted_at := coalesce((select s.inserted_at from mpi.persons s where s.id = new.person_id), now());
  return new;
end
$$;
create trigger person_verification_summaries_begin before insert on mpi.person_verification_summaries
  for each row execute function mpi.begin_summary();

-- Indexes for lists (spec 4.3): each filter reads one of them in the order of insertion, from the cursor on, so that any page of any filter
-- reads few blocks. Many persons may share a tax id, a UNZR or a name.
create index persons_inserted_at_index on mpi.persons (inserted_at, id);
create index persons_verification_status_index on mpi.persons (verification_status, inserted_at, id);
create index persons_tax_id_index on mpi.persons (tax_id, inserted_at, id) where tax_id is not null;
create index persons_unzr_index on mpi.persons (unzr, inserted_at, id) where unzr is not null;
create index person_documents_number_index
  on mpi.person_documents ((lower(number collate "und-x-icu") collate "C"), person_id);
-- Names match whatever apostrophe was typed (spec 4.3): U+2019, U+02BC, U+2018, U+0060 and U+00B4 are compared as U+0027. The data are
-- stored unchanged.
create index persons_last_name_birth_date_index
  on mpi.persons ((translate(lower(last_name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C"),
                  birth_date, inserted_at, id);
-- By status of another process's stream, in the order of insertion; ours have such indexes on the checks (0009). VERIFIED is left out: it
-- is nearly the whole table.
create index person_verification_summaries_nhs_status_index
  on mpi.person_verification_summaries (nhs_verification_status, subject_inserted_at, person_id)
  where nhs_verification_status <> 'VERIFIED';

grant select, insert, update on mpi.persons, mpi.person_verification_summaries to zvirka_app, zvirka_worker;
grant select, insert, update, delete on mpi.person_documents to zvirka_app, zvirka_worker;
grant select on mpi.persons, mpi.person_documents, mpi.person_verification_summaries to zvirka_read;
