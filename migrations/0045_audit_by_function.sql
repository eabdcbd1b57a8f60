-- The audit is appended by a function alone, which sets the time and the login itself: whoever has zvirka_app can neither date a record
-- back nor write one in another login's name, nor change or remove one.
-- A column that is added later must be null in old records: they are sealed without it (0047).
alter table zvirka.audit
  -- Who somebody is, is not always known: a wrong password, a token that is none.
  alter column user_id drop not null,
  alter column client_id drop not null,
  add column result text check (result ~ '^[a-z_]{1,40}$'),
  -- Where the request came from, by the proxies that are trusted.
  add column address text,
  -- Of a command: the operating system's user and the machine.
  add column operator text,
  -- The login of the database session that wrote it.
  add column written_by text,
  -- Refusals that came too fast to be told one by one: how many this record stands for.
  add column occurrences integer check (occurrences > 0),
  drop constraint audit_action_check,
  add constraint audit_action_check check (action in ('read', 'write', 'reveal', 'sign_in', 'sign_out', 'refusal'));
-- Records of before have none: nobody knows it.
alter table zvirka.audit alter column written_by set default session_user;

-- Appends records of one author. The lock says from which id on this transaction may write, and ends with it: what lies beyond the
-- lowest such id is not sealed yet (as of events, 0025).
create function zvirka.append_audit(author jsonb, records jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared((2742::bigint << 48) | (
    select case when is_called then last_value else 0 end from zvirka.audit_id_seq));
  insert into zvirka.audit (action, operation, result, occurrences, subject_kind, subject_ids, reason, fields,
                            user_id, client_id, request_id, address, operator)
  select r.action, r.operation, r.result, r.occurrences, r.subject_kind, r.subject_ids, r.reason, r.fields,
         a.user_id, a.client_id, a.request_id, a.address, a.operator
    from jsonb_to_record(author) as a (user_id uuid, client_id uuid, request_id text, address text, operator text),
         jsonb_to_recordset(records) as r (action text, operation text, result text, occurrences integer, subject_kind text,
                                           subject_ids uuid[], reason text, fields text[]);
end
$$;
revoke execute on function zvirka.append_audit from public;
grant execute on function zvirka.append_audit to zvirka_app;
revoke insert on zvirka.audit from zvirka_app;
