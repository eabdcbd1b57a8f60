-- Of those who wait after a failure, who was triggered: a run for triggered subjects alone starts when one's waiting is over
-- (spec 2.8). Every worker looks twice a second, so that it must not read past the others who wait, be they a million.
create index person_verifications_dms_passport_triggered_waiting_index
  on mpi.person_verifications (dms_passport_waits_until)
  where dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'ONLINE_TRIGGERED'
    and dms_passport_waits_until is not null and is_subject_active;
