-- A database that a demo has filled holds made-up people, and users whose tokens and passwords it prints at each start. It is marked, and
-- every user and client that is made in it is marked as well: nobody but the demo itself lets them in.
create table zvirka.demo (
  is_marked boolean primary key default true check (is_marked),
  marked_at timestamptz not null default now()
);
grant select on zvirka.demo to zvirka_app, zvirka_read;

create function zvirka.is_demo() returns boolean
  language sql stable parallel safe
  as 'select exists (select from zvirka.demo)';

-- Whether this session, by what it says of itself, lets such a user in.
create function zvirka.admits(is_demo boolean) returns boolean
  language sql stable parallel safe
  as $$select not is_demo or coalesce(current_setting('zvirka.demo', true), '') = 'on'$$;

alter table mithril.users add column is_demo boolean not null default false;
alter table mithril.clients add column is_demo boolean not null default false;
alter table mithril.users alter column is_demo set default zvirka.is_demo();
alter table mithril.clients alter column is_demo set default zvirka.is_demo();
grant select (is_demo) on mithril.users to zvirka_read;

-- What a demo filled before there was a mark: its users have addresses of its own, its people were put in by its user.
insert into zvirka.demo (is_marked)
select true where exists (select from mithril.users where email like '%@demo.zvirka.example');
insert into zvirka.demo (is_marked)
select true where exists (select from mpi.persons where inserted_by = 'de300000-0000-4000-8000-000000000001')
on conflict do nothing;
update mithril.users set is_demo = true where email like '%@demo.zvirka.example';
update mithril.clients c set is_demo = true
 where exists (select from zvirka.demo)
   and exists (select from mithril.user_roles r join mithril.users u on u.id = r.user_id where r.client_id = c.id)
   and not exists (select from mithril.user_roles r join mithril.users u on u.id = r.user_id
                    where r.client_id = c.id and not u.is_demo);
