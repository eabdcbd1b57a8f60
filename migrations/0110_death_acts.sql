-- Acts of death as the civil status register (DRACS) answered, and their candidates (spec 8.3). In mimir nothing refers to a person or a
-- party; candidates do. Acts are personal data, also of people who are not patients, so zvirka_read does not see them.
create table mimir.dracs_death_acts (
  id uuid primary key default gen_random_uuid(),
  -- The registration number, or a digest of the content: fetching an act twice makes one row.
  key text not null unique,
  ar_reg_date timestamptz,
  ar_reg_number text,
  op_date timestamptz,
  ar_op_name text,
  reg_numb text,
  compose_date text,
  compose_org text,
  is_restore smallint,
  name text,
  surname text,
  patronymic text,
  date_birth text,
  birth_state text,
  birth_region text,
  birth_district text,
  birth_locality_type text,
  birth_locality text,
  sex text,
  numident text,
  date_death text,
  state text,
  region text,
  district text,
  locality_type text,
  locality text,
  street text,
  house text,
  apartment text,
  doc_seizes jsonb[] not null default '{}',
  settlement_id uuid,
  -- Whether the current content of the act has been compared with all persons and parties.
  persons_compare_status text not null default 'READY' check (persons_compare_status in ('READY', 'IN_PROCESS', 'COMPLETED')),
  parties_compare_status text not null default 'READY' check (parties_compare_status in ('READY', 'IN_PROCESS', 'COMPLETED')),
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index dracs_death_acts_numident_index on mimir.dracs_death_acts (numident) where numident is not null;

-- Contents that updates replaced.
create table mimir.dracs_death_acts_hstr (
  id uuid primary key default gen_random_uuid(),
  dracs_death_act_id uuid not null references mimir.dracs_death_acts (id),
  dracs_death_act_data jsonb not null,
  inserted_at timestamptz not null default now()
);
create index dracs_death_acts_hstr_act_index on mimir.dracs_death_acts_hstr (dracs_death_act_id);

-- Acts that may be a person's or a party's. A candidate is NEW until somebody decides or it no longer applies; status_reason says why.
-- `config` says how each fact compares and `details` its points; neither contains values.
do $$
declare
  home text;
  subject text;
begin
  for home, subject in values ('mpi', 'person'), ('prm', 'party') loop
    execute format($sql$
      create table %1$I.%2$s_verification_candidates (
        id uuid primary key default gen_random_uuid(),
        %2$s_id uuid not null references %1$I.%3$s (id),
        entity_type text not null,
        entity_id uuid not null,
        status text not null,
        status_reason text,
        config jsonb,
        details jsonb,
        score double precision not null default 0,
        inserted_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index %2$s_verification_candidates_%2$s_id_idx on %1$I.%2$s_verification_candidates (%2$s_id);
      create unique index %2$s_verification_candidates_new_index on %1$I.%2$s_verification_candidates (%2$s_id, entity_type, entity_id)
        where status = 'NEW';
      create index %2$s_verification_candidates_entity_index on %1$I.%2$s_verification_candidates (entity_type, entity_id);
      -- Lists by time and by score.
      create index %2$s_verification_candidates_inserted_index on %1$I.%2$s_verification_candidates (status, inserted_at, id);
      create index %2$s_verification_candidates_score_index on %1$I.%2$s_verification_candidates (status, score, id);
      grant select, insert, update on %1$I.%2$s_verification_candidates to zvirka_app, zvirka_worker;
      grant select on %1$I.%2$s_verification_candidates to zvirka_read$sql$,
      home, subject, case subject when 'person' then 'persons' else 'parties' end);
  end loop;
end
$$;

grant select on mimir.dracs_death_acts to zvirka_app;
grant select, insert, update on mimir.dracs_death_acts to zvirka_worker;
grant insert on mimir.dracs_death_acts_hstr to zvirka_worker;
