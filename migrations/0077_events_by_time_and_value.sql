-- Events of a time, be it a day or three hours, are found by the hours that it touches: their first and last places bound the places that
-- are walked. By the hour in UTC, so that the days of any zone are made of them; the index by days in Kyiv served no other search.
create index events_hour_index on event_manager.events (date_trunc('hour', event_time at time zone 'UTC'), place);
drop index event_manager.events_day_index;

-- Events that tell of an attribute, and of a value of it. Of these two there are few values of each type of entity, which are walked side by
-- side; whom an approved request made an employee is told once.
create index events_verification_status_index
  on event_manager.events (entity_type, (properties #>> '{verification_status,new_value}'), place)
  where properties ? 'verification_status';
create index events_status_index
  on event_manager.events (entity_type, (properties #>> '{status,new_value}'), place) where properties ? 'status';
create index events_employee_id_index
  on event_manager.events ((properties #>> '{employee_id,new_value}'), place) where properties ? 'employee_id';
create index events_employee_id_place_index on event_manager.events (place) where properties ? 'employee_id';
