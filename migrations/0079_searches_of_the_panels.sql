-- Legal entities are found by any part of their name, whatever its case and apostrophe. Not by pg_trgm: it takes letters for what the locale
-- of the database takes for them, and in the locale C those of Ukrainian are none. So: all runs of one to three characters, of which what is
-- looked for has those of its own length, or of three. The cost keeps them from being cut anew for each legal entity there is.
create function prm.runs_of(name text, shortest integer) returns text[] language sql immutable parallel safe cost 1000 as $$
  select coalesce(array_agg(distinct substr(name, n, l)), '{}')
    from generate_series(1, length(name)) n, generate_series(shortest, 3) l
   where n + l - 1 <= length(name)
$$;
create index legal_entities_name_runs_index on prm.legal_entities using gin (prm.runs_of(
  translate(lower(name collate "und-x-icu"), U&'\2019\02BC\2018\0060\00B4', '''''''''''') collate "C", 1));
drop index prm.legal_entities_name_index;

-- Employee requests are ordered by full name as well, in the order of the Ukrainian alphabet whatever the locale: its letters stand for as
-- many that follow one another. By its cost the planner takes the index that has the order rather than sorting what another brings.
create function il.request_name_key(data jsonb) returns text language plpgsql immutable parallel safe cost 1000 as $$
begin
  return translate(
    lower(((data #>> '{party,last_name}') || ' ' || (data #>> '{party,first_name}') || ' ' || coalesce(data #>> '{party,second_name}', ''))
          collate "und-x-icu"),
    U&'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя''\2019\02BC\2018\0060\00B4',
    U&'\0430\0431\0432\0433\0434\0435\0436\0437\0438\0439\043A\043B\043C\043D\043E\043F\0440\0441\0442\0443\0444\0445\0446\0447\0448\0449\044A\044B\044C\044D\044E\044F\0450');
end
$$;
create index employee_requests_name_index on il.employee_requests ((il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_status_name_index on il.employee_requests (status, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_no_tax_id_name_index on il.employee_requests (no_tax_id, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_legal_entity_id_name_index
  on il.employee_requests (legal_entity_id, (il.request_name_key(data) collate "C"), inserted_at, id);
create index employee_requests_email_index on il.employee_requests ((data #>> '{party,email}'), inserted_at, id);
