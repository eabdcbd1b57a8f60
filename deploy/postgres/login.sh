#!/bin/sh
# The PostgreSQL image runs this once, when it creates the database. It creates the logins of zvirka, for migrations, the API and workers.
# They are no superusers and own nothing; they may take on our roles and nothing else.
set -eu
{ read -r migrate; read -r serving; read -r working; } </run/secrets/zvirka_passwords
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=migrate="$migrate" --set=serving="$serving" --set=working="$working" <<'SQL'
create role "zvirka" login noinherit password :'migrate';
create role "zvirka_serving" login noinherit password :'serving';
create role "zvirka_working" login noinherit password :'working';
create role zvirka_owner nologin;
create role zvirka_app nologin;
create role zvirka_worker nologin;
create role zvirka_read nologin;
create role zvirka_prune nologin;
create role zvirka_events nologin;
grant zvirka_owner, zvirka_app, zvirka_worker, zvirka_read, zvirka_prune, zvirka_events to "zvirka";
grant create on database "zvirka" to zvirka_owner;
grant zvirka_app, zvirka_read to "zvirka_serving";
grant zvirka_worker, zvirka_read, zvirka_prune to "zvirka_working";
SQL
