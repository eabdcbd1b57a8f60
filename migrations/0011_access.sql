-- Who may do what (spec 6.4, "Mithril"). Scopes are effective where the token, the user's roles in the client and the client's
-- type all have them; they are computed at each request, so that a change holds at once.

-- A database that a demo has filled holds made-up people, and users whose tokens and passwords it prints at each start. It is marked, and
-- every user and client that is made in it is marked as well: nobody but the demo itself lets them in.
create table zvirka.demo (
  is_marked boolean primary key default true check (is_marked),
  marked_at timestamptz not null default now()
);

create function zvirka.is_demo() returns boolean
  language sql stable parallel safe
  as 'select exists (select from zvirka.demo)';

-- Whether this session, by what it says of itself, lets such a user in.
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

-- A client is a legal entity: its id is the legal entity's.
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
  -- Of a slow hash, with its parameters; null: nobody can sign in with a password.
  password_hash text,
  is_blocked boolean not null default false,
  -- The subject of the OpenID provider who signed in with this user first.
  oidc_subject text unique,
  inserted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- JWTs of a provider have no row that could be deleted: those issued before this time are refused.
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
  -- SHA-256 of the value, which is 32 random bytes and is nowhere else.
  value_hash bytea not null unique,
  user_id uuid not null references mithril.users (id),
  expires_at timestamptz not null,
  -- {"client_id": …, "scope": "a b", "masked": true}; the scope is kept as it was given.
  details jsonb not null,
  inserted_at timestamptz not null default now(),
  -- A token that was made by an exchange goes with the one that it was made from, and cannot be exchanged again, be it for a token of ours or
  -- for a JWT. A session also ends when nobody has used it for so many seconds; null: it does not end so.
  parent_id uuid references mithril.tokens (id) on delete cascade,
  is_exchanged boolean not null default false,
  idle_seconds integer check (idle_seconds > 0),
  used_at timestamptz not null default clock_timestamp()
);
create index tokens_parent_id_index on mithril.tokens (parent_id) where parent_id is not null;
create index tokens_user_id_index on mithril.tokens (user_id);
create index tokens_expires_at_index on mithril.tokens (expires_at);

-- Failures to sign in, which slow down those that follow. The key is a digest of the e-mail or the address: no name is kept.
create table zvirka.login_failures (
  key bytea primary key,
  failures integer not null,
  not_before timestamptz not null,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- The secret with which cookies of known devices are signed: one for all processes of the API. Who has it can have a wrong password
-- slowed down less, and nothing else.
create table mithril.server_keys (
  name text primary key,
  key bytea not null
);
insert into mithril.server_keys (name, key)
select 'device', sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);

-- Accounts of the OpenID provider whose verified e-mail is that of a user here: they become that user when an administrator says so.
create table mithril.oidc_links (
  -- The issuer and the subject.
  subject text primary key,
  user_id uuid not null references mithril.users (id) on delete cascade,
  asked_at timestamptz not null default clock_timestamp()
);
create index oidc_links_user_id_index on mithril.oidc_links (user_id);

-- A second factor of users: codes that an app makes from a shared secret (TOTP, RFC 6238), and recovery codes for who has lost the app.
create table mithril.second_factors (
  user_id uuid primary key references mithril.users (id) on delete cascade,
  -- The shared secret, sealed for this row with a key of the installation (0010).
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

-- Of users, clients, roles and tokens the application inserts and updates the columns that it has statements for, and no others: nobody who
-- is it can make a demo's user a real one, give a token another user, or a client another type. Whoever only reads reads nothing of it.
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
-- Whom mails tell that they were asked for: nothing to sign in with, no roles, no tokens.
grant select (id, email, is_blocked) on mithril.users to zvirka_worker;
grant select on zvirka.demo to zvirka_read;
-- No value of a token, and nobody's key.
grant select (id, expires_at), delete on mithril.tokens to zvirka_prune;
grant select (key, updated_at), delete on zvirka.login_failures to zvirka_prune;
