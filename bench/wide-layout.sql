-- The layout of verification before it lay in narrow tables, as the benchmark's yardstick: one wide row for each person, and a row for each claim.
create schema wide;
create table wide.person_verifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null unique references mpi.persons (id),
  drfo_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  drfo_verification_reason zvirka.stream_reason not null default 'INITIAL',
  drfo_unverified_at timestamptz,
  drfo_data_id uuid,
  drfo_data_result smallint,
  drfo_synced_at timestamptz,
  dracs_death_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dracs_death_verification_reason zvirka.stream_reason not null default 'INITIAL',
  dracs_death_unverified_at timestamptz,
  dracs_death_act_id uuid,
  dracs_death_online_status zvirka.online_status not null default 'READY',
  dracs_death_verification_comment text,
  nhs_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  nhs_verification_reason zvirka.stream_reason not null default 'INITIAL',
  nhs_unverified_at timestamptz,
  nhs_verification_comment text,
  unzr_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  unzr_verification_reason zvirka.stream_reason not null default 'INITIAL',
  unzr_unverified_at timestamptz,
  unzr_data_id uuid,
  unzr_data_status smallint,
  unzr_synced_at timestamptz,
  mvs_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  mvs_passport_verification_reason zvirka.stream_reason not null default 'INITIAL',
  mvs_passport_unverified_at timestamptz,
  mvs_passport_data_id uuid,
  mvs_passport_data_status smallint,
  mvs_passport_synced_at timestamptz,
  dms_passport_verification_status zvirka.stream_status not null default 'VERIFICATION_NEEDED',
  dms_passport_verification_reason zvirka.stream_reason not null default 'INITIAL',
  dms_passport_unverified_at timestamptz,
  dms_passport_data_id uuid,
  dms_passport_data_status smallint,
  dms_passport_synced_at timestamptz,
  is_subject_active boolean not null default true,
  unzr_triggered_at timestamptz,
  unzr_waits_until timestamptz,
  unzr_failures smallint not null default 0,
  mvs_passport_triggered_at timestamptz,
  mvs_passport_waits_until timestamptz,
  mvs_passport_failures smallint not null default 0,
  dms_passport_triggered_at timestamptz,
  dms_passport_waits_until timestamptz,
  dms_passport_failures smallint not null default 0,
  inserted_at timestamptz not null default now(),
  inserted_by uuid not null,
  updated_at timestamptz not null default now(),
  updated_by uuid not null
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

alter table wide.person_verifications add column subject_inserted_at timestamptz not null default now();
create index person_verifications_dms_passport_triggered_index
  on wide.person_verifications (coalesce(dms_passport_triggered_at, '-infinity'), person_id)
  where dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED'
    and dms_passport_waits_until is null and is_subject_active;

create index person_verifications_dms_passport_due_index
  on wide.person_verifications (coalesce(dms_passport_synced_at, '-infinity'), person_id)
  where dms_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED')
    and dms_passport_waits_until is null and is_subject_active;

create index person_verifications_dms_passport_waiting_index
  on wide.person_verifications (dms_passport_waits_until, person_id)
  where dms_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and dms_passport_waits_until is not null and is_subject_active;

create index person_verifications_dms_passport_in_review_index
  on wide.person_verifications (person_id) where dms_passport_verification_status = 'IN_REVIEW';
create index person_verifications_dms_passport_triggered_waiting_index
  on wide.person_verifications (dms_passport_waits_until)
  where dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED'
    and dms_passport_waits_until is not null and is_subject_active;
create index person_verifications_unzr_triggered_index
  on wide.person_verifications (coalesce(unzr_triggered_at, '-infinity'), person_id)
  where unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED'
    and unzr_waits_until is null and is_subject_active;
create index person_verifications_unzr_due_index
  on wide.person_verifications (coalesce(unzr_synced_at, '-infinity'), person_id)
  where unzr_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED')
    and unzr_waits_until is null and is_subject_active;
create index person_verifications_unzr_waiting_index
  on wide.person_verifications (unzr_waits_until, person_id)
  where unzr_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and unzr_waits_until is not null and is_subject_active;
create index person_verifications_unzr_triggered_waiting_index
  on wide.person_verifications (unzr_waits_until)
  where unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED'
    and unzr_waits_until is not null and is_subject_active;
create index person_verifications_unzr_in_review_index
  on wide.person_verifications (person_id) where unzr_verification_status = 'IN_REVIEW';
create index person_verifications_mvs_passport_triggered_index
  on wide.person_verifications (coalesce(mvs_passport_triggered_at, '-infinity'), person_id)
  where mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED'
    and mvs_passport_waits_until is null and is_subject_active;
create index person_verifications_mvs_passport_due_index
  on wide.person_verifications (coalesce(mvs_passport_synced_at, '-infinity'), person_id)
  where mvs_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED')
    and mvs_passport_waits_until is null and is_subject_active;
create index person_verifications_mvs_passport_waiting_index
  on wide.person_verifications (mvs_passport_waits_until, person_id)
  where mvs_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and mvs_passport_waits_until is not null and is_subject_active;
create index person_verifications_mvs_passport_triggered_waiting_index
  on wide.person_verifications (mvs_passport_waits_until)
  where mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED'
    and mvs_passport_waits_until is not null and is_subject_active;
create index person_verifications_mvs_passport_in_review_index
  on wide.person_verifications (person_id) where mvs_passport_verification_status = 'IN_REVIEW';
create index person_verifications_drfo_status_index
  on wide.person_verifications (drfo_verification_status, subject_inserted_at, person_id)
  where drfo_verification_status <> 'VERIFIED';
create index person_verifications_dracs_death_status_index
  on wide.person_verifications (dracs_death_verification_status, subject_inserted_at, person_id)
  where dracs_death_verification_status <> 'VERIFIED';
create index person_verifications_nhs_status_index
  on wide.person_verifications (nhs_verification_status, subject_inserted_at, person_id)
  where nhs_verification_status <> 'VERIFIED';
create index person_verifications_unzr_status_index
  on wide.person_verifications (unzr_verification_status, subject_inserted_at, person_id)
  where unzr_verification_status <> 'VERIFIED';
create index person_verifications_mvs_passport_status_index
  on wide.person_verifications (mvs_passport_verification_status, subject_inserted_at, person_id)
  where mvs_passport_verification_status <> 'VERIFIED';
create index person_verifications_dms_passport_status_index
  on wide.person_verifications (dms_passport_verification_status, subject_inserted_at, person_id)
  where dms_passport_verification_status <> 'VERIFIED';
create table wide.claims (
  subject_id uuid not null,
  subject_kind zvirka.subject_kind not null,
  stream zvirka.stream not null,
  token uuid not null,
  worker_id uuid not null,
  run_id uuid not null,
  status_before zvirka.stream_status not null,
  reason_before zvirka.stream_reason not null,
  claimed_at timestamptz not null default clock_timestamp(),
  primary key (subject_id, subject_kind, stream)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index claims_worker_index on wide.claims (worker_id, run_id);
create function wide.counted_status(
  id uuid, kind zvirka.subject_kind, counted_stream zvirka.stream, status zvirka.stream_status
) returns zvirka.stream_status language plpgsql stable as $$
begin
  if status <> 'IN_REVIEW' then
    return status;
  end if;
  return coalesce(
    (select c.status_before from wide.claims c
      where c.subject_id = id and c.subject_kind = kind and c.stream = counted_stream),
    status);
end
$$;

-- Call these on a row that is locked, in a later statement than the one that locked it: claims are read beside it.
create function wide.cumulative_status(v wide.person_verifications) returns zvirka.cumulative_status
  language plpgsql stable as $$
begin
  if 'IN_REVIEW' not in (v.unzr_verification_status, v.mvs_passport_verification_status, v.dms_passport_verification_status) then
    return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
      v.nhs_verification_status, v.unzr_verification_status, v.mvs_passport_verification_status,
      v.dms_passport_verification_status);
  end if;
  return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
    v.nhs_verification_status,
    wide.counted_status(v.person_id, 'person', 'unzr', v.unzr_verification_status),
    wide.counted_status(v.person_id, 'person', 'mvs_passport', v.mvs_passport_verification_status),
    wide.counted_status(v.person_id, 'person', 'dms_passport', v.dms_passport_verification_status));
end
$$;
create table wide.verification_history (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  subject_id uuid not null,
  subject_kind zvirka.subject_kind not null,
  stream zvirka.stream not null,
  status zvirka.stream_status not null,
  reason zvirka.stream_reason not null,
  step text not null,
  run_id uuid,
  message_id uuid,
  changed_by uuid not null
);
create index verification_history_subject_index on wide.verification_history (subject_id, stream, id);
create index verification_history_run_index on wide.verification_history (run_id, id) where run_id is not null;
create index verification_history_at_index on wide.verification_history using brin (at);

