-- The keys that rows are sealed with; never the keys themselves. Rows refer to theirs, so none can be sealed with a key that was taken away.
create table zvirka.encryption_keys (
  id text primary key,
  -- A value made with the key: it tells whether a key of this id is the same one.
  verifier bytea not null,
  added_at timestamptz not null default clock_timestamp()
);

grant select, insert, delete on zvirka.encryption_keys to zvirka_app;
grant select, insert on zvirka.encryption_keys to zvirka_worker;
grant select on zvirka.encryption_keys to zvirka_read;
