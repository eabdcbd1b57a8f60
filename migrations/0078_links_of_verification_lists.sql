-- What lists of verifications tell of whom they lead by (spec 6.3): the number of a person's declaration, which whoever keeps declarations
-- writes here; and what they are narrowed by besides: statuses that few employees and declarations have.
alter table ops.declarations add column declaration_number text;
create index declarations_employee_id_status_index
  on ops.declarations (employee_id, status, person_id) where status <> 'active';
create index employees_status_index on prm.employees (status) where status <> 'APPROVED';
