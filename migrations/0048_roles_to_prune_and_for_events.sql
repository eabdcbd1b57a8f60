-- A role that deletes what is older than it is to be kept, so that nobody who serves or works need be able to become the owner; of the audit
-- it can delete whole seals that are a day old at least, by a function. And a role that reads events alone, for those who follow them.
grant usage on schema zvirka, event_manager, mithril to zvirka_prune;
grant select, delete on zvirka.verification_history, zvirka.runs, zvirka.ticks, zvirka.answer_tallies, zvirka.rechecks, zvirka.workers,
  zvirka.schedules, event_manager.events to zvirka_prune;
-- No value of a token, and nobody's key.
grant select (id, expires_at), delete on mithril.tokens to zvirka_prune;
grant select (key, updated_at), delete on zvirka.login_failures to zvirka_prune;
grant select on zvirka.guard_windows, zvirka.run_workers to zvirka_prune;
grant select, insert, update on zvirka.daily_jobs to zvirka_prune;
grant execute on function zvirka.prune_audit, zvirka.append_audit to zvirka_prune;

-- What was counted of mails and counts no more. A function, since its table is made by a migration after this one (0071).
create function zvirka.prune_caused_mails(most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  deleted integer;
begin
  delete from il.caused_mails where id in (
    select id from il.caused_mails m where m.at < statement_timestamp() - interval '2 days' limit most);
  get diagnostics deleted = row_count;
  return deleted;
end
$$;
revoke execute on function zvirka.prune_caused_mails from public;
grant execute on function zvirka.prune_caused_mails to zvirka_prune;

grant usage on schema event_manager to zvirka_events;
grant select on event_manager.events, event_manager.events_place_seq to zvirka_events;
