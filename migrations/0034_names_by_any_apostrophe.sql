-- Names are found whichever apostrophe they were typed with (spec 4.3): U+2019, U+02BC, U+2018, U+0060 and U+00B4 are searched as U+0027.
-- The data stay as they came. The indexes of before served no other search.
drop index mpi.persons_last_name_birth_date_index;
create index persons_last_name_birth_date_index
  on mpi.persons ((translate(lower(last_name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C"),
                  birth_date, inserted_at, id);

drop index prm.parties_last_name_birth_date_index;
create index parties_last_name_birth_date_index
  on prm.parties ((translate(lower(last_name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C"),
                  birth_date, inserted_at, id);

drop index prm.legal_entities_name_index;
create index legal_entities_name_index
  on prm.legal_entities ((translate(lower(name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C"));
