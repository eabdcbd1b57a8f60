-- The ids of encryption keys, never the keys. Encrypted rows refer to them, so no row can be encrypted with a key that was removed.
create table zvirka.encryption_keys (
  id text primary key,
  -- A value made with the key, to check that a key with this id is the same key.
  verifier bytea not null,
  added_at timestamptz not null default clock_timestamp()
);

grant select, insert, delete on zvirka.encryption_keys to zvirka_app;
grant select, insert on zvirka.encryption_keys to zvirka_worker;
grant select on zvirka.encryption_keys to zvirka_read;
