-- What lists of persons and parties are read by (spec 4.3): each filter walks one of these in the order of insertion, from the place of
-- its cursor on, so that any page of any filter reads few pages of the disk. Tax ids, UNZR and names may be shared by many.
create index persons_inserted_at_index on mpi.persons (inserted_at, id);
create index persons_verification_status_index on mpi.persons (verification_status, inserted_at, id);
create index persons_tax_id_index on mpi.persons (tax_id, inserted_at, id) where tax_id is not null;
create index persons_unzr_index on mpi.persons (unzr, inserted_at, id) where unzr is not null;
create index persons_last_name_birth_date_index
  on mpi.persons ((lower(last_name collate "und-x-icu") collate "C"), birth_date, inserted_at, id);
create index person_documents_number_index
  on mpi.person_documents ((lower(number collate "und-x-icu") collate "C"), person_id);

create index parties_inserted_at_index on prm.parties (inserted_at, id);
create index parties_verification_status_index on prm.parties (verification_status, inserted_at, id);
create index parties_tax_id_index on prm.parties (tax_id, inserted_at, id) where tax_id is not null;
create index parties_last_name_birth_date_index
  on prm.parties ((lower(last_name collate "und-x-icu") collate "C"), birth_date, inserted_at, id);
create index party_documents_number_index
  on prm.party_documents ((lower(number collate "und-x-icu") collate "C"), party_id);

-- Filters by a stream's status walk the verification rows in the order in which their subjects were inserted, so the row repeats when
-- that was. Two triggers keep it, whoever writes: a person put in by the same statement is not seen yet, and has the transaction's time.
alter table mpi.person_verifications add column subject_inserted_at timestamptz not null default now();
alter table prm.party_verifications add column subject_inserted_at timestamptz not null default now();
update mpi.person_verifications v set subject_inserted_at = s.inserted_at from mpi.persons s where s.id = v.person_id;
update prm.party_verifications v set subject_inserted_at = s.inserted_at from prm.parties s where s.id = v.party_id;

create function mpi.begin_subject_inserted_at() returns trigger language plpgsql as $$
begin
  new.subject_inserted_at := coalesce((select s.inserted_at from mpi.persons s where s.id = new.person_id), now());
  return new;
end
$$;
create trigger person_verifications_begin_subject_inserted_at before insert on mpi.person_verifications
  for each row execute function mpi.begin_subject_inserted_at();

create function mpi.keep_subject_inserted_at() returns trigger language plpgsql as $$
begin
  update mpi.person_verifications set subject_inserted_at = new.inserted_at where person_id = new.id;
  return null;
end
$$;
create trigger persons_keep_subject_inserted_at after update of inserted_at on mpi.persons
  for each row when (old.inserted_at <> new.inserted_at) execute function mpi.keep_subject_inserted_at();

create function prm.begin_subject_inserted_at() returns trigger language plpgsql as $$
begin
  new.subject_inserted_at := coalesce((select s.inserted_at from prm.parties s where s.id = new.party_id), now());
  return new;
end
$$;
create trigger party_verifications_begin_subject_inserted_at before insert on prm.party_verifications
  for each row execute function prm.begin_subject_inserted_at();

create function prm.keep_subject_inserted_at() returns trigger language plpgsql as $$
begin
  update prm.party_verifications set subject_inserted_at = new.inserted_at where party_id = new.id;
  return null;
end
$$;
create trigger parties_keep_subject_inserted_at after update of inserted_at on prm.parties
  for each row when (old.inserted_at <> new.inserted_at) execute function prm.keep_subject_inserted_at();

-- Every status but VERIFIED: the index of that one would be the table.
create index person_verifications_drfo_status_index
  on mpi.person_verifications (drfo_verification_status, subject_inserted_at, person_id)
  where drfo_verification_status <> 'VERIFIED';
create index person_verifications_dracs_death_status_index
  on mpi.person_verifications (dracs_death_verification_status, subject_inserted_at, person_id)
  where dracs_death_verification_status <> 'VERIFIED';
create index person_verifications_nhs_status_index
  on mpi.person_verifications (nhs_verification_status, subject_inserted_at, person_id)
  where nhs_verification_status <> 'VERIFIED';
create index person_verifications_unzr_status_index
  on mpi.person_verifications (unzr_verification_status, subject_inserted_at, person_id)
  where unzr_verification_status <> 'VERIFIED';
create index person_verifications_mvs_passport_status_index
  on mpi.person_verifications (mvs_passport_verification_status, subject_inserted_at, person_id)
  where mvs_passport_verification_status <> 'VERIFIED';
create index person_verifications_dms_passport_status_index
  on mpi.person_verifications (dms_passport_verification_status, subject_inserted_at, person_id)
  where dms_passport_verification_status <> 'VERIFIED';
create index party_verifications_drfo_status_index
  on prm.party_verifications (drfo_verification_status, subject_inserted_at, party_id)
  where drfo_verification_status <> 'VERIFIED';
create index party_verifications_dracs_death_status_index
  on prm.party_verifications (dracs_death_verification_status, subject_inserted_at, party_id)
  where dracs_death_verification_status <> 'VERIFIED';
create index party_verifications_mvs_passport_status_index
  on prm.party_verifications (mvs_passport_verification_status, subject_inserted_at, party_id)
  where mvs_passport_verification_status <> 'VERIFIED';
create index party_verifications_dms_passport_status_index
  on prm.party_verifications (dms_passport_verification_status, subject_inserted_at, party_id)
  where dms_passport_verification_status <> 'VERIFIED';
