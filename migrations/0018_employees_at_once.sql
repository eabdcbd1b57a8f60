-- Two employees who change places at once: both verification rows are locked in the order of their ids (spec 1.8), before either
-- is looked at, so that neither transaction waits for the other in a circle.
create or replace function prm.keep_subject_active() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.party_id <> old.party_id then
    perform from prm.party_verifications where party_id in (old.party_id, new.party_id) order by id for update;
  end if;
  if tg_op <> 'INSERT' then
    perform prm.keep_party_at_work(old.party_id);
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or new.party_id <> old.party_id) then
    perform prm.keep_party_at_work(new.party_id);
  end if;
  return null;
end
$$;

-- A verification row that comes while an employee of its party does: neither sees the other before it is committed. So each locks
-- the party, in modes of which one excludes the other; writers of the cumulative status are in nobody's way with theirs.
create or replace function prm.keep_party_at_work(party uuid) returns void language plpgsql as $$
begin
  perform from prm.parties where id = party for key share;
  perform from prm.party_verifications where party_id = party for update;
  update prm.party_verifications v
     set is_subject_active = not v.is_subject_active
   where v.party_id = party
     and v.is_subject_active is distinct from exists (
       select from prm.employees e where e.party_id = party and e.status = 'APPROVED' and e.is_active);
end
$$;

create or replace function prm.begin_subject_active() returns trigger language plpgsql as $$
begin
  perform from prm.parties where id = new.party_id for update;
  new.is_subject_active := exists (
    select from prm.employees e where e.party_id = new.party_id and e.status = 'APPROVED' and e.is_active);
  return new;
end
$$;
