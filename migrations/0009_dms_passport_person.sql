-- What the process dms_passport/person claims by (spec 2.2, 2.6): each claim reads one of these from its place on, and none
-- holds a subject that is finished or that waits, be they millions.
create index person_verifications_dms_passport_triggered_index
  on mpi.person_verifications (coalesce(dms_passport_triggered_at, '-infinity'), person_id)
  where dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED'
    and dms_passport_waits_until is null and is_subject_active;

create index person_verifications_dms_passport_due_index
  on mpi.person_verifications (coalesce(dms_passport_synced_at, '-infinity'), person_id)
  where dms_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and not (dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED')
    and dms_passport_waits_until is null and is_subject_active;

create index person_verifications_dms_passport_waiting_index
  on mpi.person_verifications (dms_passport_waits_until, person_id)
  where dms_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
    and dms_passport_waits_until is not null and is_subject_active;

-- Rows that are IN_REVIEW: the sweep finds those that no claim holds (spec 2.7).
create index person_verifications_dms_passport_in_review_index
  on mpi.person_verifications (person_id) where dms_passport_verification_status = 'IN_REVIEW';
