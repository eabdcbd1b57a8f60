-- The state of one of our streams for each subject: its status, when to ask next, what was answered. One table for each stream and kind, so
-- that they do not slow each other down. A row is written under the lock of the subject's summary; each write raises its version, which
-- ends any claim (0006). IN_REVIEW is never stored. `asks_in`: the statuses in which a due subject is checked.
create procedure zvirka.create_checks(kind zvirka.subject_kind, stream zvirka.stream,
  asks_in zvirka.stream_status[] default '{VERIFICATION_NEEDED,VERIFIED}') language plpgsql as $procedure$
declare
  home text := case kind when 'person' then 'mpi' else 'prm' end;
  name text := format('%s_%s_checks', kind, stream);
  is_open text := format('status in (%s)', (select string_agg(quote_literal(s), ', ' order by n) from unnest(asks_in) with ordinality as u (s, n)));
  is_triggered text := $$status = 'VERIFICATION_NEEDED' and reason = 'ONLINE_TRIGGERED'$$;
begin
  execute format($$
    create table %1$I.%2$I (
      subject_id uuid primary key references %1$I.%3$I (%4$I) on delete cascade,
      updated_by uuid not null,
      updated_at timestamptz not null default now(),
      subject_inserted_at timestamptz not null,
      version integer not null default 1,
      status zvirka.stream_status not null default 'VERIFICATION_NEEDED' check (status <> 'IN_REVIEW'),
      reason zvirka.stream_reason not null default 'INITIAL',
      failures smallint not null default 0,
      is_subject_active boolean not null,
      data_status smallint,
      data_id uuid,
      synced_at timestamptz,
      unverified_at timestamptz,
      triggered_at timestamptz,
      waits_until timestamptz
    ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0)$$,
    home, name, kind || '_verification_summaries', kind || '_id');
  -- The queue (spec 2.2, 2.6): each claim reads one of these indexes from its position on. None contains finished subjects, and only the
  -- third contains waiting ones, even if they are millions.
  execute format($$create index %I on %I.%I (coalesce(triggered_at, '-infinity'), subject_id)
    where %s and waits_until is null and is_subject_active$$, name || '_triggered_index', home, name, is_triggered);
  execute format($$create index %I on %I.%I (coalesce(synced_at, '-infinity'), subject_id)
    where %s and not (%s) and waits_until is null and is_subject_active$$, name || '_due_index', home, name, is_open, is_triggered);
  execute format($$create index %I on %I.%I (waits_until, subject_id)
    where %s and waits_until is not null and is_subject_active$$, name || '_waiting_index', home, name, is_open);
  -- Waiting subjects that were triggered (spec 2.8): every worker looks twice a second and must not read past the others.
  execute format($$create index %I on %I.%I (waits_until)
    where %s and waits_until is not null and is_subject_active$$, name || '_triggered_waiting_index', home, name, is_triggered);
  -- For lists by status, in the order of insertion. VERIFIED is left out: it is nearly the whole table.
  execute format($$create index %I on %I.%I (status, subject_inserted_at, subject_id)
    where status <> 'VERIFIED'$$, name || '_status_index', home, name);
  execute format('grant select, insert, update on %I.%I to zvirka_app, zvirka_worker', home, name);
  execute format('grant select on %I.%I to zvirka_read', home, name);
  call zvirka.define_claims();
end
$procedure$;

-- The tables of checks of a kind.
create function zvirka.checks_of(kind zvirka.subject_kind) returns table (stream zvirka.stream, checks regclass)
language sql stable as $$
  select s.stream, to_regclass(format('%I.%I', case kind when 'person' then 'mpi' else 'prm' end, kind || '_' || s.stream || '_checks'))
    from unnest(enum_range(null::zvirka.stream)) as s (stream)
   where to_regclass(format('%I.%I', case kind when 'person' then 'mpi' else 'prm' end, kind || '_' || s.stream || '_checks')) is not null
$$;

-- One row for each claimed subject: who holds it, and the status that releasing it restores.
create procedure zvirka.define_claims() language plpgsql as $procedure$
declare
  parts text;
begin
  select string_agg(format($$
    select b.subject_id, b.subject_kind, b.stream, b.token, b.worker_id, b.run_id, b.claimed_at,
           c.version, c.status as status_before, c.reason as reason_before
      from zvirka.claimed_subjects b join %s c on c.subject_id = b.subject_id and c.version = b.version
     where b.subject_kind = %L and b.stream = %L$$, checks, kind, stream), ' union all ')
    into parts from unnest(enum_range(null::zvirka.subject_kind)) kind cross join lateral zvirka.checks_of(kind);
  execute 'create or replace view zvirka.claims as ' || parts;
  grant select on zvirka.claims to zvirka_app, zvirka_worker, zvirka_read;
end
$procedure$;

-- Copies the columns of the summary to the checks, since a partial index cannot read another table.
create function zvirka.keep_checks() returns trigger language plpgsql as $$
declare
  subject uuid := coalesce(to_jsonb(new) ->> 'person_id', to_jsonb(new) ->> 'party_id');
  checks regclass;
begin
  for checks in select c.checks from zvirka.checks_of(tg_argv[0]::zvirka.subject_kind) c loop
    execute format('update %s set is_subject_active = $1, subject_inserted_at = $2 where subject_id = $3', checks)
      using new.is_subject_active, new.subject_inserted_at, subject;
  end loop;
  return null;
end
$$;
create trigger person_verification_summaries_keep_checks
  after update of is_subject_active, subject_inserted_at on mpi.person_verification_summaries
  for each row when ((old.is_subject_active, old.subject_inserted_at) is distinct from (new.is_subject_active, new.subject_inserted_at))
  execute function zvirka.keep_checks('person');
create trigger party_verification_summaries_keep_checks
  after update of is_subject_active, subject_inserted_at on prm.party_verification_summaries
  for each row when ((old.is_subject_active, old.subject_inserted_at) is distinct from (new.is_subject_active, new.subject_inserted_at))
  execute function zvirka.keep_checks('party');

call zvirka.create_checks('person', 'unzr');
call zvirka.create_checks('person', 'mvs_passport');
call zvirka.create_checks('person', 'dms_passport');
call zvirka.create_checks('party', 'mvs_passport');
call zvirka.create_checks('party', 'dms_passport');
call zvirka.create_checks('person', 'drfo', '{VERIFICATION_NEEDED,VERIFIED,NOT_VERIFIED,VERIFICATION_NOT_NEEDED}');
call zvirka.create_checks('party', 'drfo', '{VERIFICATION_NEEDED,VERIFIED,NOT_VERIFIED,VERIFICATION_NOT_NEEDED}');
-- An answer applies to everyone who refers to the same row (spec 8.6).
create index person_drfo_checks_data_id_index on mpi.person_drfo_checks (data_id) where data_id is not null;
create index party_drfo_checks_data_id_index on prm.party_drfo_checks (data_id) where data_id is not null;

call zvirka.create_checks('person', 'dracs_death', '{VERIFICATION_NEEDED}');
call zvirka.create_checks('party', 'dracs_death', '{VERIFICATION_NEEDED}');
-- The comment of a decision. `data_id`: the act of the candidate that made the subject NOT_VERIFIED.
alter table mpi.person_dracs_death_checks add column comment text;
alter table prm.party_dracs_death_checks add column comment text;

-- The platform's tables (spec 1.3), for reading only. Results and imports write the summaries and the checks.
create view mpi.person_verifications as
select s.id, s.person_id,
       case when hr.is_held then 'IN_REVIEW' else r.status end as drfo_verification_status,
       case when hr.is_held then 'AUTO' else r.reason end as drfo_verification_reason,
       r.unverified_at as drfo_unverified_at, r.data_id as drfo_data_id, r.data_status as drfo_data_result,
       r.synced_at as drfo_synced_at, a.status as dracs_death_verification_status, a.reason as dracs_death_verification_reason,
       a.unverified_at as dracs_death_unverified_at, a.data_id as dracs_death_act_id,
       -- READY: no answer since the last trigger (spec 8.5).
       (case when ha.is_held then 'IN_PROCESS' when a.synced_at is null then 'READY' else 'COMPLETED' end)::zvirka.online_status
         as dracs_death_online_status, a.comment as dracs_death_verification_comment,
       s.nhs_verification_status, s.nhs_verification_reason, s.nhs_unverified_at, s.nhs_verification_comment,
       case when hu.is_held then 'IN_REVIEW' else u.status end as unzr_verification_status,
       case when hu.is_held then 'AUTO' else u.reason end as unzr_verification_reason,
       u.unverified_at as unzr_unverified_at, u.data_id as unzr_data_id, u.data_status as unzr_data_status,
       u.synced_at as unzr_synced_at,
       case when hm.is_held then 'IN_REVIEW' else m.status end as mvs_passport_verification_status,
       case when hm.is_held then 'AUTO' else m.reason end as mvs_passport_verification_reason,
       m.unverified_at as mvs_passport_unverified_at, m.data_id as mvs_passport_data_id,
       m.data_status as mvs_passport_data_status, m.synced_at as mvs_passport_synced_at,
       case when hd.is_held then 'IN_REVIEW' else d.status end as dms_passport_verification_status,
       case when hd.is_held then 'AUTO' else d.reason end as dms_passport_verification_reason,
       d.unverified_at as dms_passport_unverified_at, d.data_id as dms_passport_data_id,
       d.data_status as dms_passport_data_status, d.synced_at as dms_passport_synced_at, s.inserted_at, s.inserted_by,
       greatest(s.updated_at, u.updated_at, m.updated_at, d.updated_at, r.updated_at, a.updated_at) as updated_at,
       case greatest(s.updated_at, u.updated_at, m.updated_at, d.updated_at, r.updated_at, a.updated_at)
            when u.updated_at then u.updated_by
            when m.updated_at then m.updated_by
            when d.updated_at then d.updated_by
            when r.updated_at then r.updated_by
            when a.updated_at then a.updated_by
            else s.updated_by end as updated_by
  from mpi.person_verification_summaries s
  left join mpi.person_unzr_checks u on u.subject_id = s.person_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'unzr' and b.subject_kind = 'person'
     and b.subject_id = u.subject_id and b.version = u.version) as is_held) hu
  left join mpi.person_mvs_passport_checks m on m.subject_id = s.person_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'mvs_passport' and b.subject_kind = 'person'
     and b.subject_id = m.subject_id and b.version = m.version) as is_held) hm
  left join mpi.person_dms_passport_checks d on d.subject_id = s.person_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'dms_passport' and b.subject_kind = 'person'
     and b.subject_id = d.subject_id and b.version = d.version) as is_held) hd
  left join mpi.person_drfo_checks r on r.subject_id = s.person_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'drfo' and b.subject_kind = 'person'
     and b.subject_id = r.subject_id and b.version = r.version) as is_held) hr
  left join mpi.person_dracs_death_checks a on a.subject_id = s.person_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'dracs_death' and b.subject_kind = 'person'
     and b.subject_id = a.subject_id and b.version = a.version) as is_held) ha;

create view prm.party_verifications as
select s.id, s.party_id,
       case when hr.is_held then 'IN_REVIEW' else r.status end as drfo_verification_status,
       case when hr.is_held then 'AUTO' else r.reason end as drfo_verification_reason,
       r.unverified_at as drfo_unverified_at, r.data_id as drfo_data_id, r.data_status as drfo_data_result,
       r.synced_at as drfo_synced_at, a.status as dracs_death_verification_status, a.reason as dracs_death_verification_reason,
       a.unverified_at as dracs_death_unverified_at,
       -- READY: no answer since the last trigger (spec 8.5).
       (case when ha.is_held then 'IN_PROCESS' when a.synced_at is null then 'READY' else 'COMPLETED' end)::zvirka.online_status
         as dracs_death_online_status, a.comment as dracs_death_verification_comment,
       case when hm.is_held then 'IN_REVIEW' else m.status end as mvs_passport_verification_status,
       case when hm.is_held then 'AUTO' else m.reason end as mvs_passport_verification_reason,
       m.unverified_at as mvs_passport_unverified_at, m.data_id as mvs_passport_data_id,
       m.data_status as mvs_passport_data_status, m.synced_at as mvs_passport_synced_at,
       case when hd.is_held then 'IN_REVIEW' else d.status end as dms_passport_verification_status,
       case when hd.is_held then 'AUTO' else d.reason end as dms_passport_verification_reason,
       d.unverified_at as dms_passport_unverified_at, d.data_id as dms_passport_data_id,
       d.data_status as dms_passport_data_status, d.synced_at as dms_passport_synced_at, s.inserted_at, s.inserted_by,
       greatest(s.updated_at, m.updated_at, d.updated_at, r.updated_at, a.updated_at) as updated_at,
       case greatest(s.updated_at, m.updated_at, d.updated_at, r.updated_at, a.updated_at)
            when m.updated_at then m.updated_by
            when d.updated_at then d.updated_by
            when r.updated_at then r.updated_by
            when a.updated_at then a.updated_by
            else s.updated_by end as updated_by
  from prm.party_verification_summaries s
  left join prm.party_mvs_passport_checks m on m.subject_id = s.party_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'mvs_passport' and b.subject_kind = 'party'
     and b.subject_id = m.subject_id and b.version = m.version) as is_held) hm
  left join prm.party_dms_passport_checks d on d.subject_id = s.party_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'dms_passport' and b.subject_kind = 'party'
     and b.subject_id = d.subject_id and b.version = d.version) as is_held) hd
  left join prm.party_drfo_checks r on r.subject_id = s.party_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'drfo' and b.subject_kind = 'party'
     and b.subject_id = r.subject_id and b.version = r.version) as is_held) hr
  left join prm.party_dracs_death_checks a on a.subject_id = s.party_id
 cross join lateral (select exists (
   select from zvirka.claimed_subjects b where b.stream = 'dracs_death' and b.subject_kind = 'party'
     and b.subject_id = a.subject_id and b.version = a.version) as is_held) ha;

create function zvirka.refuse_write() returns trigger language plpgsql as $$
begin
  raise exception '%.% is a view and is not written', tg_table_schema, tg_table_name
    using errcode = 'feature_not_supported',
          hint = 'Import the subject, send it again, or write its summary and checks under the lock of the summary.';
end
$$;
create trigger person_verifications_refuse_write instead of insert or update or delete on mpi.person_verifications
  for each row execute function zvirka.refuse_write();
create trigger party_verifications_refuse_write instead of insert or update or delete on prm.party_verifications
  for each row execute function zvirka.refuse_write();

grant select on mpi.person_verifications, prm.party_verifications to zvirka_app, zvirka_worker, zvirka_read;
