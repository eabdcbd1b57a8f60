-- Erasure of a person's data, by court order or at the person's lawful request (zvirka erase). One operator requests it and another
-- confirms; both are identified by the operating system's user and the machine, as in the audit. Only the owner has rights here: the logins
-- of the API and the workers can erase nobody.
create table zvirka.erasures (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null,
  -- As typed: where the order is filed, nothing personal.
  reason text not null,
  requested_by text not null,
  requested_at timestamptz not null default clock_timestamp(),
  -- It cannot be confirmed later.
  expires_at timestamptz not null,
  -- A digest of the person's data at the time of the request: a confirmation detects that they have changed. Cleared when the request ends.
  fingerprint bytea,
  outcome text check (outcome in ('erased', 'withdrawn', 'expired')),
  ended_at timestamptz,
  ended_by text,
  -- If carried out: how many rows of each kind were erased.
  counts jsonb,
  check ((outcome is null) = (ended_at is null)),
  check ((outcome in ('erased', 'withdrawn')) = (ended_by is not null)),
  check ((outcome = 'erased') = (counts is not null)),
  check (outcome is distinct from 'erased' or fingerprint is null),
  constraint erasures_two_people_check check (outcome is distinct from 'erased'
    or regexp_replace(ended_by, '@[^@]*$', '') <> regexp_replace(requested_by, '@[^@]*$', ''))
);
create unique index erasures_waiting_index on zvirka.erasures (person_id) where outcome is null;
create index erasures_person_id_index on zvirka.erasures (person_id, requested_at);

-- Deletes those of the given answers that are about documents and UNZR which nobody has any more. A row about a UNZR or tax id that someone
-- else has too stays, with that person's name. The caller holds locks on these rows. A worker calls it when an answer arrives after the
-- erasure.
create function zvirka.forget_answers(of_stream zvirka.stream, ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  deleted integer;
begin
  if of_stream = 'unzr' then
    update mimir.unzr_data d
       set family_name = h.last_name, given_name = h.first_name, patronymic_name = coalesce(h.second_name, ''),
           date_birth = h.birth_date, updated_at = statement_timestamp()
      from (select distinct on (a.id) a.id, p.last_name, p.first_name, p.second_name, p.birth_date
              from mimir.unzr_data a
              join mpi.persons p on p.unzr = a.unzr
              join mpi.person_unzr_checks c on c.subject_id = p.id and c.data_id = a.id
             where a.id = any (ids) order by a.id, c.synced_at desc) h
     where d.id = h.id
       and (d.family_name, d.given_name, d.patronymic_name, d.date_birth)
           is distinct from (h.last_name, h.first_name, coalesce(h.second_name, ''), h.birth_date);
    delete from mimir.unzr_data d
     where d.id = any (ids)
       and not exists (select from mpi.persons p join mpi.person_unzr_checks c on c.subject_id = p.id and c.data_id = d.id
                        where p.unzr = d.unzr);
  elsif of_stream = 'drfo' then
    update mimir.drfo_data d
       set last_name = h.last_name, first_name = h.first_name, middle_name = h.second_name, date_birth = h.birth_date,
           updated_at = statement_timestamp()
      from (select distinct on (data_id) * from (
              select c.data_id, c.synced_at, p.last_name, p.first_name, p.second_name, p.birth_date
                from mpi.person_drfo_checks c join mpi.persons p on p.id = c.subject_id where c.data_id = any (ids)
              union all
              select c.data_id, c.synced_at, p.last_name, p.first_name, p.second_name, p.birth_date
                from prm.party_drfo_checks c join prm.parties p on p.id = c.subject_id where c.data_id = any (ids)) l
             order by data_id, synced_at desc) h
     where d.id = h.data_id
       and (d.last_name, d.first_name, d.middle_name, d.date_birth)
           is distinct from (h.last_name, h.first_name, h.second_name, h.birth_date);
    delete from mimir.drfo_data d
     where d.id = any (ids)
       and not exists (select from mpi.person_drfo_checks c where c.data_id = d.id)
       and not exists (select from prm.party_drfo_checks c where c.data_id = d.id);
  elsif of_stream = 'dracs_death' then
    with gone as (
      select a.id from mimir.dracs_death_acts a
       where a.id = any (ids)
         and not exists (select from mpi.person_verification_candidates c where c.entity_id = a.id)
         and not exists (select from prm.party_verification_candidates c where c.entity_id = a.id)
    ), replaced as (
      delete from mimir.dracs_death_acts_hstr h using gone g where h.dracs_death_act_id = g.id
    )
    delete from mimir.dracs_death_acts a using gone g where a.id = g.id;
  else
    execute format($sql$
      delete from mimir.%1$I d
       using (select a.id, case when a.pas_serial is null then 'NATIONAL_ID' else 'PASSPORT' end as type,
                     lower((coalesce(a.pas_serial, '') || a.pas_number) collate "und-x-icu") collate "C" as number
                from mimir.%1$I a where a.id = any ($1)) n
       where d.id = n.id
         and not exists (select from mpi.person_documents h
                          where h.type = n.type and lower(h.number collate "und-x-icu") collate "C" = n.number)
         and not exists (select from prm.party_documents h
                          where h.type = n.type and lower(h.number collate "und-x-icu") collate "C" = n.number)$sql$,
      of_stream || '_data') using ids;
  end if;
  get diagnostics deleted = row_count;
  return deleted;
end
$$;
revoke execute on function zvirka.forget_answers from public;
grant execute on function zvirka.forget_answers to zvirka_worker;
