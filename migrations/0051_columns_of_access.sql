-- Of users, clients, roles and tokens the application inserts and updates the columns that it has statements for, and no others: nobody who
-- is it can make a demo's user a real one, give a token another user, or a client another type.
revoke insert, update on mithril.users, mithril.clients, mithril.user_roles, mithril.tokens from zvirka_app;
grant insert (id, email, password_hash, oidc_subject), update (password_hash, is_blocked, oidc_subject, updated_at)
  on mithril.users to zvirka_app;
grant insert (id, name, client_type_id), update (name, updated_at) on mithril.clients to zvirka_app;
grant insert (user_id, role_id, client_id) on mithril.user_roles to zvirka_app;
grant insert (name, value_hash, user_id, expires_at, details) on mithril.tokens to zvirka_app;

-- Whoever only reads reads nothing of it.
revoke all on mithril.client_types, mithril.roles, mithril.clients, mithril.user_roles from zvirka_read;
