-- The rights of 0049, 0051 and 0052 to what migrations after them made.
revoke insert on il.caused_mails from zvirka_app;
grant insert (legal_entity_id, recipient) on il.caused_mails to zvirka_app, zvirka_worker;
grant select on il.caused_mails to zvirka_worker;

grant update (sessions_ended_at) on mithril.users to zvirka_app;
grant insert (parent_id, is_exchanged, idle_seconds), update (used_at) on mithril.tokens to zvirka_app;
revoke insert on mithril.oidc_links from zvirka_app;
grant insert (subject, user_id) on mithril.oidc_links to zvirka_app;
revoke insert, update on mithril.second_factors, mithril.recovery_codes from zvirka_app;
grant insert (user_id, key_id, secret), update (key_id, secret, inserted_at, confirmed_at, last_step) on mithril.second_factors to zvirka_app;
grant insert (user_id, code_hash) on mithril.recovery_codes to zvirka_app;

revoke select (is_demo) on mithril.users from zvirka_read;
revoke usage on schema mithril from zvirka_read;
