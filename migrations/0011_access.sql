-- Access control (spec 6.4, "Mithril"). A scope is effective if the token, the user's roles in the client and the client's type all have
-- it. Scopes are computed for each request, so that a change applies at once.

-- The database of a demo contains made-up people, and users whose tokens and passwords are printed at each start. It is marked, and so is
-- every user and client created in it: only the demo itself admits them.
create table zvirka.demo (
  is_marked boolean primary key default true check (is_marked),
  marked_at timestamptz not null default now()
);

create function zvirka.is_demo() returns boolean
  language sql stable parallel safe
  as 'select exists (select from zvirka.demo)';

-- Whether this session may admit such a user, according to its own setting.
create function zvirka.admits(is_demo boolean) returns boolean
  language sql stable parallel safe
  as $$select not is_demo or coalesce(current_setting('zvirka.demo', true), '') = 'on'$$;

create table mithril.client_types (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  scopes text[] not null
);

create table mithril.roles (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  scopes text[] not null
);

-- A client is a legal entity and has its id.
create table mithril.clients (
  id uuid primary key,
  name text not null,
  client_type_id uuid not null references mithril.client_types (id),
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  is_demo boolean not null default zvirka.is_demo()
);

create table mithril.users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique check (email = lower(email) and email <> ''),
  -- A slow hash with its parameters; null: sign-in by password is impossible.
  password_hash text,
  is_blocked boolean not null default false,
  -- The subject at the OpenID provider that first signed in as this user.
  oidc_subject text unique,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- JWTs of a provider have no row to delete: those issued before this time are refused.
  sessions_ended_at timestamptz,
  is_demo boolean not null default zvirka.is_demo()
);

create table mithril.user_roles (
  user_id uuid not null references mithril.users (id),
  role_id uuid not null references mithril.roles (id),
  client_id uuid not null references mithril.clients (id),
  inserted_at timestamptz not null default now(),
  primary key (user_id, role_id, client_id)
);
create index user_roles_client_id_index on mithril.user_roles (client_id);

create table mithril.tokens (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- SHA-256 of the value, 32 random bytes that are stored nowhere.
  value_hash bytea not null unique,
  user_id uuid not null references mithril.users (id),
  expires_at timestamptz not null,
  -- {"client_id": …, "scope": "a b", "masked": true}; the scope as it was requested.
  details jsonb not null,
  inserted_at timestamptz not null default now(),
  -- A token made by an exchange is deleted with its parent, and cannot be exchanged again, neither for a token nor for a JWT. A session
  -- also ends after so many idle seconds; null: no such limit.
  parent_id uuid references mithril.tokens (id) on delete cascade,
  is_exchanged boolean not null default false,
  idle_seconds integer check (idle_seconds > 0),
  used_at timestamptz not null default clock_timestamp()
);
create index tokens_parent_id_index on mithril.tokens (parent_id) where parent_id is not null;
create index tokens_user_id_index on mithril.tokens (user_id);
create index tokens_expires_at_index on mithril.tokens (expires_at);

-- Failed sign-ins, which delay the next ones. The key is a digest of the e-mail or the address; no names are stored.
create table zvirka.login_failures (
  key bytea primary key,
  failures integer not null,
  not_before timestamptz not null,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- The secret that signs the cookies of known devices, one for all API processes. Whoever has it can only shorten the delay after a wrong
-- password.
create table mithril.server_keys (
  name text primary key,
  key bytea not null
);
insert into mithril.server_keys (name, key)
select 'device', sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);

-- Accounts of the OpenID provider whose verified e-mail is that of a user. They become that user when an administrator approves it.
create table mithril.oidc_links (
  -- The issuer and the subject.
  subject text primary key,
  user_id uuid not null references mithril.users (id) on delete cascade,
  asked_at timestamptz not null default clock_timestamp()
);
create index oidc_links_user_id_index on mithril.oidc_links (user_id);

-- Second factors: codes that an app computes from a shared secret (TOTP, RFC 6238), and recovery codes for a lost app.
create table mithril.second_factors (
  user_id uuid primary key references mithril.users (id) on delete cascade,
  -- The shared secret, encrypted for this row with a key of the installation (0010).
  key_id text not null references zvirka.encryption_keys (id),
  secret bytea not null,
  -- When the first code was entered; null: set-up is not finished, and no code is required yet.
  confirmed_at timestamptz,
  -- The time step of the newest accepted code: it and older ones are refused.
  last_step bigint,
  inserted_at timestamptz not null default clock_timestamp(),
  check ((confirmed_at is null) = (last_step is null))
);
create index second_factors_key_id_index on mithril.second_factors (key_id);

create table mithril.recovery_codes (
  user_id uuid not null references mithril.second_factors (user_id) on delete cascade,
  -- SHA-256 of 80 random bits that are stored nowhere. A used code is deleted.
  code_hash bytea not null,
  primary key (user_id, code_hash)
);

-- On users, clients, roles and tokens the application may insert and update only the columns that its statements use: with its rights
-- nobody can make a demo user a real one, give a token another user, or a client another type. zvirka_read sees none of it.
grant select on mithril.client_types, mithril.roles, mithril.clients, mithril.users, mithril.server_keys, zvirka.demo to zvirka_app;
grant insert (id, email, password_hash, oidc_subject),
  update (password_hash, is_blocked, oidc_subject, updated_at, sessions_ended_at) on mithril.users to zvirka_app;
grant insert (id, name, client_type_id), update (name, updated_at) on mithril.clients to zvirka_app;
grant select, insert (user_id, role_id, client_id), delete on mithril.user_roles to zvirka_app;
grant select, insert (name, value_hash, user_id, expires_at, details, parent_id, is_exchanged, idle_seconds), update (used_at), delete
  on mithril.tokens to zvirka_app;
grant select, insert (subject, user_id), delete on mithril.oidc_links to zvirka_app;
grant select, insert (user_id, key_id, secret), update (key_id, secret, inserted_at, confirmed_at, last_step), delete
  on mithril.second_factors to zvirka_app;
grant select, insert (user_id, code_hash), delete on mithril.recovery_codes to zvirka_app;
grant select, insert, update, delete on zvirka.login_failures to zvirka_app;
-- To mail the people an employee request concerns. No passwords, roles or tokens.
grant select (id, email, is_blocked) on mithril.users to zvirka_worker;
grant select on zvirka.demo to zvirka_read;
-- No token values and no keys of devices.
grant select (id, expires_at), delete on mithril.tokens to zvirka_prune;
grant select (key, updated_at), delete on zvirka.login_failures to zvirka_prune;
