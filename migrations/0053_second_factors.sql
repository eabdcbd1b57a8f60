-- A second factor of users: codes that an app makes from a shared secret (TOTP, RFC 6238), and recovery codes for who has lost the app.
create table mithril.second_factors (
  user_id uuid primary key references mithril.users (id) on delete cascade,
  -- The shared secret, sealed for this row with a key of the installation (0041).
  key_id text not null references zvirka.encryption_keys (id),
  secret bytea not null,
  -- When the first code was entered; null: it is being set up, and nobody is asked for it yet.
  confirmed_at timestamptz,
  -- The time step of the newest code that was taken: neither it nor an older one is taken again.
  last_step bigint,
  inserted_at timestamptz not null default clock_timestamp(),
  check ((confirmed_at is null) = (last_step is null))
);
create index second_factors_key_id_index on mithril.second_factors (key_id);

create table mithril.recovery_codes (
  user_id uuid not null references mithril.second_factors (user_id) on delete cascade,
  -- SHA-256 of 80 random bits, which are nowhere else. A code that was used is gone.
  code_hash bytea not null,
  primary key (user_id, code_hash)
);

grant select, insert, update, delete on mithril.second_factors to zvirka_app;
grant select, insert, delete on mithril.recovery_codes to zvirka_app;
