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

-- Filters by the status of another process's stream, in the order in which the subjects were inserted; ours have theirs on the checks
-- (0009). Every status but VERIFIED: the index of that one would be the table.
create index person_verification_summaries_drfo_status_index
  on mpi.person_verification_summaries (drfo_verification_status, subject_inserted_at, person_id)
  where drfo_verification_status <> 'VERIFIED';
create index person_verification_summaries_dracs_death_status_index
  on mpi.person_verification_summaries (dracs_death_verification_status, subject_inserted_at, person_id)
  where dracs_death_verification_status <> 'VERIFIED';
create index person_verification_summaries_nhs_status_index
  on mpi.person_verification_summaries (nhs_verification_status, subject_inserted_at, person_id)
  where nhs_verification_status <> 'VERIFIED';
create index party_verification_summaries_drfo_status_index
  on prm.party_verification_summaries (drfo_verification_status, subject_inserted_at, party_id)
  where drfo_verification_status <> 'VERIFIED';
create index party_verification_summaries_dracs_death_status_index
  on prm.party_verification_summaries (dracs_death_verification_status, subject_inserted_at, party_id)
  where dracs_death_verification_status <> 'VERIFIED';
