-- Which numbers a user who sees numbers masked has looked for, so that nobody finds out a hidden number by trying (SECURITY.md). Shared by all
-- processes of the API. Digests alone, and for 30 days: the application deletes what is older.
create table zvirka.number_lookups (
  user_id uuid not null,
  -- Of the number; looking for the same one again tells nothing new.
  number bytea not null,
  -- Of what masking and a birth date leave to be seen of it: equal for all numbers that may be one given person's.
  likeness bytea not null,
  has_found boolean not null,
  at timestamptz not null default clock_timestamp(),
  primary key (user_id, number)
);
create index number_lookups_user_id_at_index on zvirka.number_lookups (user_id, at);
create index number_lookups_user_id_likeness_index on zvirka.number_lookups (user_id, likeness, at);
create index number_lookups_at_index on zvirka.number_lookups (at);

grant select, insert, update, delete on zvirka.number_lookups to zvirka_app;
