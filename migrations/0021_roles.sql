-- Client types and roles (docs/access.md; a test compares these rows with src/access/matrix.ts). A later change is a later migration.
insert into mithril.client_types (name, scopes) values
  ('NHS', array['person:read', 'person:verify', 'person:personal_data', 'person_verification:read', 'person_verification:details', 'party:read', 'party:verify', 'party:personal_data', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee:verify', 'employee_request:read', 'employee_request:write', 'employee_request:update', 'employee_request:approve', 'employee_request:reject', 'unzr:read', 'unzr:write', 'verification_run:read', 'verification_run:write', 'job:read', 'job:write', 'event:read', 'audit:read', 'global_parameters:read', 'global_parameters:write']::text[]),
  ('PLATFORM', array['person:write', 'party:write', 'event:read']::text[]),
  ('MSP', array['person_verification:read', 'person_verification:details', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write', 'employee_request:update', 'employee_request:approve', 'employee_request:reject']::text[]),
  ('PHARMACY', array['person_verification:read', 'person_verification:details', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write', 'employee_request:update', 'employee_request:approve', 'employee_request:reject']::text[]),
  ('MIS', array['person_verification:read', 'person_verification:details', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write', 'employee_request:update', 'employee_request:approve', 'employee_request:reject']::text[]);

insert into mithril.roles (name, scopes) values
  ('NHS ADMIN', array['person:read', 'person:verify', 'party:read', 'party:verify', 'employee:verify', 'person_verification:read', 'person_verification:details', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'unzr:read', 'unzr:write', 'verification_run:read', 'verification_run:write', 'job:read', 'job:write', 'event:read', 'audit:read', 'global_parameters:read', 'global_parameters:write']::text[]),
  ('NHS VERIFIER', array['person:read', 'person:verify', 'person:personal_data', 'party:read', 'party:verify', 'party:personal_data', 'employee:verify', 'person_verification:read', 'person_verification:details', 'party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'unzr:read', 'unzr:write', 'verification_run:read']::text[]),
  ('NHS OPERATOR', array['verification_run:read', 'verification_run:write', 'job:read', 'job:write', 'event:read', 'global_parameters:read']::text[]),
  ('NHS AUDITOR', array['audit:read', 'event:read', 'verification_run:read', 'global_parameters:read']::text[]),
  ('PLATFORM', array['person:write', 'party:write', 'event:read']::text[]),
  ('OWNER', array['party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write']::text[]),
  ('PHARMACY_OWNER', array['party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write']::text[]),
  ('HR', array['party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write']::text[]),
  ('ADMIN', array['party_verification:read', 'party_verification:details', 'party_verification:write', 'employee_request:read', 'employee_request:write']::text[]),
  ('DOCTOR', array['person_verification:read', 'person_verification:details']::text[]),
  ('SPECIALIST', array['person_verification:read', 'person_verification:details']::text[]),
  ('ASSISTANT', array['person_verification:read', 'person_verification:details']::text[]),
  ('RECEPTIONIST', array['person_verification:read', 'person_verification:details']::text[]),
  ('MED_ADMIN', array['person_verification:read', 'person_verification:details']::text[]),
  ('MED_COORDINATOR', array['person_verification:read', 'person_verification:details']::text[]),
  ('PHARMACIST', array[]::text[]),
  ('LABORANT', array[]::text[]);
