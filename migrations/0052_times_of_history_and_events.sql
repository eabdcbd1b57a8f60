-- Whoever appends to the history or to the events does not choose when: the columns of time, and those of order, are the database's to fill.
-- The time is what statements have set until now. It is that of the statement which follows the locks, so that it follows what it tells of.
alter table zvirka.verification_history alter column at set default statement_timestamp();
alter table event_manager.events alter column event_time set default clock_timestamp();

revoke insert on zvirka.verification_history, event_manager.events from zvirka_app;
grant insert (subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
  on zvirka.verification_history to zvirka_app, zvirka_worker;
grant insert (event_type, entity_type, entity_id, properties, changed_by) on event_manager.events to zvirka_app, zvirka_worker;
grant select on zvirka.verification_history, event_manager.events, event_manager.events_place_seq to zvirka_worker;

-- What became of a run is kept by the trigger alone (0033).
alter function zvirka.keep_run_change() security definer set search_path = pg_catalog, pg_temp;
revoke insert on zvirka.run_changes from zvirka_app;
