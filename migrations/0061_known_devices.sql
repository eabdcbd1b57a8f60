-- The secret with which cookies of known devices are signed: one for all processes of the API. Who has it can have a wrong password
-- slowed down less, and nothing else.
create table mithril.server_keys (
  name text primary key,
  key bytea not null
);
insert into mithril.server_keys (name, key)
select 'device', sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) from generate_series(1, 4);
grant select on mithril.server_keys to zvirka_app;
