-- The cumulative status (spec 1.5), which ignores VERIFICATION_NOT_NEEDED. src/verification/cumulative.ts computes the same.
create function zvirka.cumulative_status(kind zvirka.subject_kind, variadic statuses zvirka.stream_status[])
  returns zvirka.cumulative_status language sql immutable parallel safe
  return case
    when 'NOT_VERIFIED' = any (statuses) then
      case kind when 'person' then 'CHANGES_NEEDED'::zvirka.cumulative_status else 'NOT_VERIFIED' end
    when 'VERIFICATION_NEEDED' = any (statuses) or 'IN_REVIEW' = any (statuses) then 'VERIFICATION_NEEDED'
    else 'VERIFIED'
  end;

-- A claim changes no status, so a stream that our worker holds counts with its status before. IN_REVIEW set by another process counts as
-- IN_REVIEW.
create function mpi.person_cumulative_status(v mpi.person_verification_summaries) returns zvirka.cumulative_status
  language sql immutable parallel safe
  return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
    v.nhs_verification_status, v.unzr_verification_status, v.mvs_passport_verification_status,
    v.dms_passport_verification_status);

create function prm.party_cumulative_status(v prm.party_verification_summaries) returns zvirka.cumulative_status
  language sql immutable parallel safe
  return zvirka.cumulative_status('party', v.drfo_verification_status, v.dracs_death_verification_status,
    v.mvs_passport_verification_status, v.dms_passport_verification_status);
