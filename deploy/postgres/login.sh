#!/bin/sh
# Run once, by the image of PostgreSQL, when the database is made: the login of zvirka, which is no superuser and owns nothing. It may
# take on our roles, and nothing else; `zvirka doctor` prints the same statements where they are missing.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=password="$(cat /run/secrets/zvirka_password)" <<'SQL'
create role "zvirka" login noinherit password :'password';
create role zvirka_owner nologin;
create role zvirka_app nologin;
create role zvirka_read nologin;
create role zvirka_prune nologin;
create role zvirka_events nologin;
grant zvirka_owner, zvirka_app, zvirka_read, zvirka_prune, zvirka_events to "zvirka";
grant create on database "zvirka" to zvirka_owner;
SQL
