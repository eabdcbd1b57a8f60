-- Sessions end. A token that was made by an exchange goes with the one that it was made from; a session also ends when nobody
-- has used it for a while.
alter table mithril.tokens
  add column parent_id uuid references mithril.tokens (id) on delete cascade,
  -- Made by an exchange, be it for a token of ours or for a JWT: it cannot be exchanged again.
  add column is_exchanged boolean not null default false,
  -- Seconds without activity after which the token is no longer good; null: it does not end so.
  add column idle_seconds integer check (idle_seconds > 0),
  add column used_at timestamptz not null default clock_timestamp();
create index tokens_parent_id_index on mithril.tokens (parent_id) where parent_id is not null;

-- JWTs of a provider have no row that could be deleted: those issued before this time are refused.
alter table mithril.users add column sessions_ended_at timestamptz;
