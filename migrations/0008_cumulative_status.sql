-- The cumulative status (spec 1.5). VERIFICATION_NOT_NEEDED is left out; its twin is src/verification/cumulative.ts.
create function zvirka.cumulative_status(kind zvirka.subject_kind, variadic statuses zvirka.stream_status[])
  returns zvirka.cumulative_status language sql immutable parallel safe
  return case
    when 'NOT_VERIFIED' = any (statuses) then
      case kind when 'person' then 'CHANGES_NEEDED'::zvirka.cumulative_status else 'NOT_VERIFIED' end
    when 'VERIFICATION_NEEDED' = any (statuses) or 'IN_REVIEW' = any (statuses) then 'VERIFICATION_NEEDED'
    else 'VERIFIED'
  end;

-- A stream that one of our own jobs holds counts as what it was before; an IN_REVIEW of another process counts as itself.
create function zvirka.counted_status(
  id uuid, kind zvirka.subject_kind, counted_stream zvirka.stream, status zvirka.stream_status
) returns zvirka.stream_status language plpgsql stable as $$
begin
  if status <> 'IN_REVIEW' then
    return status;
  end if;
  return coalesce(
    (select c.status_before from zvirka.claims c
      where c.subject_id = id and c.subject_kind = kind and c.stream = counted_stream),
    status);
end
$$;

-- Call these on a row that is locked, in a later statement than the one that locked it: claims are read beside it.
create function mpi.person_cumulative_status(v mpi.person_verifications) returns zvirka.cumulative_status
  language plpgsql stable as $$
begin
  if 'IN_REVIEW' not in (v.unzr_verification_status, v.mvs_passport_verification_status, v.dms_passport_verification_status) then
    return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
      v.nhs_verification_status, v.unzr_verification_status, v.mvs_passport_verification_status,
      v.dms_passport_verification_status);
  end if;
  return zvirka.cumulative_status('person', v.drfo_verification_status, v.dracs_death_verification_status,
    v.nhs_verification_status,
    zvirka.counted_status(v.person_id, 'person', 'unzr', v.unzr_verification_status),
    zvirka.counted_status(v.person_id, 'person', 'mvs_passport', v.mvs_passport_verification_status),
    zvirka.counted_status(v.person_id, 'person', 'dms_passport', v.dms_passport_verification_status));
end
$$;

create function prm.party_cumulative_status(v prm.party_verifications) returns zvirka.cumulative_status
  language plpgsql stable as $$
begin
  return zvirka.cumulative_status('party', v.drfo_verification_status, v.dracs_death_verification_status,
    zvirka.counted_status(v.party_id, 'party', 'mvs_passport', v.mvs_passport_verification_status),
    zvirka.counted_status(v.party_id, 'party', 'dms_passport', v.dms_passport_verification_status));
end
$$;
