-- Who may do what (spec 6.4, "Mithril"). Scopes are effective where the token, the user's roles in the client and the client's
-- type all have them; they are computed at each request, so that a change holds at once.
create schema mithril;
grant usage on schema mithril to zvirka_app, zvirka_read;

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
  updated_at timestamptz not null default now()
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
  updated_at timestamptz not null default now()
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
  inserted_at timestamptz not null default now()
);
create index tokens_user_id_index on mithril.tokens (user_id);
create index tokens_expires_at_index on mithril.tokens (expires_at);

-- Failures to sign in, which slow down those that follow. The key is a digest of the e-mail or the address: no name is kept.
create table zvirka.login_failures (
  key bytea primary key,
  failures integer not null,
  not_before timestamptz not null,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

grant select on mithril.client_types, mithril.roles to zvirka_app;
grant select, insert, update on mithril.clients, mithril.users to zvirka_app;
grant select, insert, update, delete on mithril.user_roles, mithril.tokens, zvirka.login_failures to zvirka_app;
grant select on mithril.client_types, mithril.roles, mithril.clients, mithril.user_roles to zvirka_read;
