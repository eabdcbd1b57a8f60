-- What the process mvs_passport/person claims by, as 0009 and 0011 have it for dms_passport/person (spec 2.2, 2.6, 2.7, 2.8).
create index person_verifications_mvs_passport_triggered_index
  on mpi.person_verifications (coalesce(mvs_passport_triggered_at, '-infinity'), person_id)
  where mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED'
    and mvs_passport_waits_until is null and is_subject_active;
create index person_verifications_mvs_passport_due_index
  on mpi.person_verifications (coalesce(mvs_passport_synced_at, '-infinity'), person_id)
  where mvs_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED')
    and mvs_passport_waits_until is null and is_subject_active;
create index person_verifications_mvs_passport_waiting_index
  on mpi.person_verifications (mvs_passport_waits_until, person_id)
  where mvs_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and mvs_passport_waits_until is not null and is_subject_active;
create index person_verifications_mvs_passport_triggered_waiting_index
  on mpi.person_verifications (mvs_passport_waits_until)
  where mvs_passport_verification_status = 'VERIFICATION_NEEDED' and mvs_passport_verification_reason = 'ONLINE_TRIGGERED'
    and mvs_passport_waits_until is not null and is_subject_active;
create index person_verifications_mvs_passport_in_review_index
  on mpi.person_verifications (person_id) where mvs_passport_verification_status = 'IN_REVIEW';
