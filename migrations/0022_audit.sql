-- Who read whose identity data and who did what (spec 6, "audit"): append-only for the application, pruned as zvirka_owner
-- (ZVIRKA_AUDIT_DAYS). Ids alone: nothing of what was read is here.
create table zvirka.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  action text not null check (action in ('read', 'write', 'reveal')),
  -- The route or field, such as `GET /api/persons/:id/verification` or `Mutation.syncUnzrInfoRegister`.
  operation text not null,
  user_id uuid not null,
  client_id uuid not null,
  request_id text not null,
  -- `person`, `party`, or what else was written: `run`, `job`, `global_parameter`, `unzr_info` …
  subject_kind text not null,
  subject_ids uuid[] not null,
  -- Why, where a reason is asked for; and the names of the fields that were revealed.
  reason text,
  fields text[]
);
create index audit_subject_ids_index on zvirka.audit using gin (subject_ids);
create index audit_user_id_index on zvirka.audit (user_id, id);
create index audit_at_index on zvirka.audit using brin (at);

grant select, insert on zvirka.audit to zvirka_app;
grant select on zvirka.audit to zvirka_read;
