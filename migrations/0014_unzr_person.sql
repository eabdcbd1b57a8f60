-- What the process unzr/person claims by, as 0009 and 0011 have it for dms_passport/person (spec 2.2, 2.6, 2.7, 2.8).
create index person_verifications_unzr_triggered_index
  on mpi.person_verifications (coalesce(unzr_triggered_at, '-infinity'), person_id)
  where unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED'
    and unzr_waits_until is null and is_subject_active;
create index person_verifications_unzr_due_index
  on mpi.person_verifications (coalesce(unzr_synced_at, '-infinity'), person_id)
  where unzr_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED')
    and unzr_waits_until is null and is_subject_active;
create index person_verifications_unzr_waiting_index
  on mpi.person_verifications (unzr_waits_until, person_id)
  where unzr_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and unzr_waits_until is not null and is_subject_active;
create index person_verifications_unzr_triggered_waiting_index
  on mpi.person_verifications (unzr_waits_until)
  where unzr_verification_status = 'VERIFICATION_NEEDED' and unzr_verification_reason = 'ONLINE_TRIGGERED'
    and unzr_waits_until is not null and is_subject_active;
create index person_verifications_unzr_in_review_index
  on mpi.person_verifications (person_id) where unzr_verification_status = 'IN_REVIEW';
