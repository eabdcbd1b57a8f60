-- Workers, and the commands of operation, have a role of their own: they work for people's data and know nothing of who may use the API. Of
-- users it sees to whom mails go. What later migrations make, they grant themselves; those up to 0071 are in 0089.
grant usage on schema mimir, mpi, prm, il, event_manager, zvirka, pgboss, mithril to zvirka_worker;

-- Whom mails tell that they were asked for: nothing to sign in with, no roles, no tokens.
grant select (id, email, is_blocked) on mithril.users to zvirka_worker;

-- People, as they are imported and verified.
grant select, insert, update on mpi.persons, prm.parties, prm.employees to zvirka_worker;
grant select, insert, update, delete on mpi.person_documents, prm.party_documents to zvirka_worker;
grant select, insert on prm.legal_entities, prm.divisions to zvirka_worker;
grant select on prm.party_users, prm.global_parameters to zvirka_worker;
grant select, insert, update on mimir.dms_passport_data, mimir.mvs_passport_data, mimir.unzr_data to zvirka_worker;
grant select, update on mimir.unzr_info to zvirka_worker;

-- Invitations are sent, and requests expire. What a secret is, the program alone knows; its hash is for nobody here to read.
grant select, update (status, updated_at, updated_by) on il.employee_requests to zvirka_worker;
grant select (employee_request_id), insert, delete on il.employee_request_secrets to zvirka_worker;
grant insert on il.employee_request_dead_secrets to zvirka_worker;

-- Runs, and what workers tell each other.
grant select, insert, update on zvirka.workers, zvirka.runs, zvirka.run_workers, zvirka.run_errors, zvirka.ticks, zvirka.schedules,
  zvirka.counts, zvirka.guard_windows, zvirka.rate_limits, zvirka.rechecks, zvirka.import_digests to zvirka_worker;
grant select, insert on zvirka.answer_tallies to zvirka_worker;
grant select on zvirka.run_changes, zvirka.daily_jobs to zvirka_worker;

-- The keys that secrets are sealed with, by their names (0041).
grant select, insert on zvirka.encryption_keys to zvirka_worker;

-- The audit is appended to and sealed, by functions alone.
grant execute on function zvirka.append_audit, zvirka.seal_audit to zvirka_worker;

-- Jobs, as the engine touches them (0023).
grant select, insert, update, delete on pgboss.job, pgboss.job_common to zvirka_worker;
grant select, update on pgboss.queue, pgboss.version to zvirka_worker;
grant select, delete on pgboss.job_dependency to zvirka_worker;
