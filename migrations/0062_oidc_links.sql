-- Accounts of the OpenID provider whose verified e-mail is that of a user here: they become that user when an administrator says so.
create table mithril.oidc_links (
  -- The issuer and the subject.
  subject text primary key,
  user_id uuid not null references mithril.users (id) on delete cascade,
  asked_at timestamptz not null default clock_timestamp()
);
create index oidc_links_user_id_index on mithril.oidc_links (user_id);
grant select, insert, delete on mithril.oidc_links to zvirka_app;
