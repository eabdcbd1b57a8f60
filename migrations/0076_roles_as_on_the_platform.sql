-- Who works at a facility reads its employee requests, as on the platform, and its head how a patient is verified. Who treats a person may
-- say what they know of the person's death (spec 8.15).
update mithril.roles set scopes = array_append(scopes, 'employee_request:read')
 where name in ('DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST', 'LABORANT', 'MED_COORDINATOR');
update mithril.roles set scopes = array_append(scopes, 'person_verification:details') where name in ('OWNER', 'ADMIN');
update mithril.roles set scopes = array_append(scopes, 'person_verification:write')
 where name in ('NHS ADMIN', 'NHS VERIFIER', 'DOCTOR', 'SPECIALIST', 'ASSISTANT');
update mithril.client_types set scopes = array_append(scopes, 'person_verification:write') where name in ('NHS', 'MSP', 'MIS');
