-- The cumulative status (spec 1.5). VERIFICATION_NOT_NEEDED is left out; its twin is src/verification/cumulative.ts.
create function zvirka.cumulative_status(kind zvirka.subject_kind, variadic statuses zvirka.stream_status[])
  returns zvirka.cumulative_status language sql immutable parallel safe
  return case
    when 'NOT_VERIFIED' = any (statuses) then
      case kind when 'person' then 'CHANGES_NEEDED'::zvirka.cumulative_status else 'NOT_VERIFIED' end
    when 'VERIFICATION_NEEDED' = any (statuses) or 'IN_REVIEW' = any (statuses) then 'VERIFICATION_NEEDED'
    else 'VERIFIED'
  end;

-- A stream that a worker of ours holds counts as what it was before: a claim changes no status. An IN_REVIEW of another process counts as itself.
create function mpi.person_cumulative_status(v mpi.person_verification_summaries) returns zvirka.cumulative_status
  language sql immutable parallel safe
  return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
    v.nhs_verification_status, v.unzr_verification_status, v.mvs_passport_verification_status,
    v.dms_passport_verification_status);

create function prm.party_cumulative_status(v prm.party_verification_summaries) returns zvirka.cumulative_status
  language sql immutable parallel safe
  return zvirka.cumulative_status('party', v.drfo_verification_status, v.dracs_death_verification_status,
    v.mvs_passport_verification_status, v.dms_passport_verification_status);
