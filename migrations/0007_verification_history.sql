-- Every change of a stream, append-only: what was written, by which step of which rule, by which run or user, after which message of the
-- registry (spec 1.2). No personal data. Claiming and releasing change no status and are not recorded.
create table zvirka.verification_history (
  id bigint generated always as identity primary key,
  -- Set by the database, like the id: the writer cannot choose it. The statement runs after the locks are taken, so its time is later than
  -- the change.
  at timestamptz not null default statement_timestamp(),
  subject_id uuid not null,
  subject_kind zvirka.subject_kind not null,
  stream zvirka.stream not null,
  status zvirka.stream_status not null,
  reason zvirka.stream_reason not null,
  -- The step of spec 2 (1.1, 4, 4.1, 4.2, 5), or import, trigger, recheck, orphan.
  step text not null,
  run_id uuid,
  message_id uuid,
  changed_by uuid not null
);
create index verification_history_subject_index on zvirka.verification_history (subject_id, stream, id);
-- A run's entries lie between its start and its end, so no index of run_id, which would slow down each result.
create index verification_history_at_index on zvirka.verification_history using brin (at);

-- Digest of what the last import contained for a subject; an equal digest means no change (spec 7.1).
create table zvirka.import_digests (
  subject_id uuid not null,
  subject_kind zvirka.subject_kind not null,
  digest bytea not null,
  import_id uuid not null,
  primary key (subject_id, subject_kind)
);

grant select on zvirka.verification_history to zvirka_app, zvirka_worker, zvirka_read;
grant insert (subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
  on zvirka.verification_history to zvirka_app, zvirka_worker;
grant select, delete on zvirka.verification_history to zvirka_prune;
grant select, insert, update on zvirka.import_digests to zvirka_app, zvirka_worker;
grant select on zvirka.import_digests to zvirka_read;
