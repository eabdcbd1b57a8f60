-- Whether a person has an active declaration with a legal entity, whose staff may then see how they are verified.
create index declarations_person_id_index on ops.declarations (person_id) where status = 'active';
