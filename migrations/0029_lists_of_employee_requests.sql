-- What lists of employee requests are read by (spec 5): each filter, and each two of them, walk one of these in the order of insertion.
create index employee_requests_legal_entity_id_status_index
  on il.employee_requests (legal_entity_id, status, inserted_at, id);
create index employee_requests_legal_entity_id_no_tax_id_index
  on il.employee_requests (legal_entity_id, no_tax_id, inserted_at, id);
create index employee_requests_no_tax_id_index on il.employee_requests (no_tax_id, inserted_at, id);
create index employee_requests_status_no_tax_id_index on il.employee_requests (status, no_tax_id, inserted_at, id);

-- Filters by the legal entity's code or name find the legal entities first, and then their requests.
create index legal_entities_edrpou_index on prm.legal_entities (edrpou);
create index legal_entities_name_index on prm.legal_entities ((lower(name collate "und-x-icu") collate "C"));

-- Only the NHS may ask for an OWNER (spec 5.5), so that somebody of it must be able to; and every employee type has its role (spec 5.3).
update mithril.roles set scopes = array_append(scopes, 'employee_request:write') where name = 'NHS ADMIN';
insert into mithril.roles (name, scopes) values ('ACCOUNTANT', array[]::text[]);
