-- Who is known already, with users of their own, is not changed by somebody else's request unless the NHS confirmed it.
alter table il.employee_requests add column confirmed_at timestamptz, add column confirmed_by uuid;

update mithril.roles set scopes = array_append(scopes, 'employee_request:confirm') where name = 'NHS ADMIN';
update mithril.client_types set scopes = array_append(scopes, 'employee_request:confirm') where name = 'NHS';

-- Mails that tell the users of a known party of a request about it; a job's key is the employee request's id.
select pgboss.create_queue('known_party_mail', '{
  "policy": "exclusive", "notify": true, "retryLimit": 9, "retryDelay": 5, "heartbeatSeconds": 10, "expireInSeconds": 600,
  "retentionSeconds": 2592000, "deleteAfterSeconds": 2592000
}');

-- When mails were caused, to whom (a digest of the e-mail) and by which legal entity: so many to one and by one at most.
create table il.caused_mails (
  id bigint generated always as identity primary key,
  recipient bytea not null,
  legal_entity_id uuid not null,
  at timestamptz not null default clock_timestamp()
);
create index caused_mails_recipient_index on il.caused_mails (recipient, at);
create index caused_mails_legal_entity_id_index on il.caused_mails (legal_entity_id, at);
create index caused_mails_at_index on il.caused_mails (at);
grant select, insert on il.caused_mails to zvirka_app;
