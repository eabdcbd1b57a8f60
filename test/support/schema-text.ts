import type { Client } from 'pg'

/** The schemas that the migrations make: all but PostgreSQL's own, the empty `public`, the job engine's, and that of the tests (wide.ts). */
const OURS = `nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'pgboss', 'wide')`

/** Grants as lines "grants <role>: A, B", from an access list; `missing` is used if there is none. */
function grants(acl: string): string {
  return `select string_agg(format('  grants %s: %s', who, rights), E'\\n' order by who)
    from (
      select coalesce(nullif(grantee, 0)::regrole::text, 'public') as who,
        string_agg(privilege_type || case when is_grantable then ' (grantable)' else '' end, ', ' order by privilege_type) as rights
      from aclexplode(${acl}) group by grantee
    ) given`
}

/** Each query returns ordered texts, one for each object. */
const parts: Readonly<Record<string, string>> = {
  roles: `
    select format('role %s%s%s%s%s', rolname, case when rolcanlogin then ' login' end, case when rolsuper then ' superuser' end,
      case when rolcreaterole then ' createrole' end, case when rolbypassrls then ' bypassrls' end) as text
    from pg_roles where rolname like 'zvirka\\_%' order by rolname`,

  schemas: `
    select concat_ws(E'\\n', format('schema %s, owner %s', nspname, nspowner::regrole), (${grants('nspacl')})) as text
    from pg_namespace where ${OURS} order by nspname`,

  extensions: `select format('extension %s', extname) as text from pg_extension where extname <> 'plpgsql' order by extname`,

  'default rights': `
    select format('default rights of %s in %s for %s: %s', defaclrole::regrole, coalesce(nspname, 'all schemas'), defaclobjtype, defaclacl) as text
    from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace order by 1`,

  types: `
    select format('%s %I.%I%s', case typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' else typtype::text end,
      nspname, typname,
      case typtype
        when 'e' then (select E'\\n' || string_agg(format('  %L', enumlabel), E'\\n' order by enumsortorder) from pg_enum where enumtypid = t.oid)
        when 'd' then ' as ' || format_type(typbasetype, typtypmod)
          || coalesce((select ' ' || string_agg(pg_get_constraintdef(c.oid), ' ' order by conname) from pg_constraint c where contypid = t.oid), '')
        when 'c' then (select E'\\n' || string_agg(format('  %I %s', attname, format_type(atttypid, atttypmod)), E'\\n' order by attnum)
          from pg_attribute where attrelid = typrelid and attnum > 0 and not attisdropped)
      end) as text
    from pg_type t join pg_namespace n on n.oid = typnamespace left join pg_class c on c.oid = typrelid
    where ${OURS} and (typtype in ('e', 'd') or typtype = 'c' and c.relkind = 'c') order by nspname, typname`,

  tables: `
    select concat_ws(E'\\n',
      format('%s %I.%I, owner %s%s', case relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
        when 'm' then 'materialized view' when 'S' then 'sequence' else relkind::text end || case relpersistence when 'u' then ' (unlogged)' else '' end,
        nspname, relname, relowner::regrole,
        coalesce(' partition of ' || (select inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid) from pg_inherits where inhrelid = c.oid), '')),
      case when relkind = 'p' then '  partition by ' || pg_get_partkeydef(c.oid) end,
      (select string_agg('  with ' || option, E'\\n' order by option) from unnest(reloptions) option),
      (select string_agg(concat_ws(' ', '  column', quote_ident(attname), format_type(atttypid, atttypmod),
          case when attcollation <> (select typcollation from pg_type where oid = atttypid) then 'collate ' || attcollation::regcollation end,
          case when attnotnull then 'not null' end,
          case when attidentity <> '' then format('identity (%s)', attidentity) end,
          case when attgenerated <> '' then format('generated as (%s)', pg_get_expr(adbin, adrelid)) else 'default ' || pg_get_expr(adbin, adrelid) end,
          case when attacl is not null then 'grants ' || attacl::text end), E'\\n' order by attnum)
        from pg_attribute a left join pg_attrdef d on adrelid = attrelid and adnum = attnum
        where attrelid = c.oid and attnum > 0 and not attisdropped and c.relkind <> 'S'),
      (select string_agg(format('  constraint %I %s', conname, pg_get_constraintdef(k.oid)), E'\\n' order by conname)
        from pg_constraint k where conrelid = c.oid and contype <> 'n'),
      (select string_agg('  ' || pg_get_indexdef(indexrelid)
          || coalesce(' (statistics ' || (select string_agg(attname || ' ' || attstattarget, ', ') from pg_attribute where attrelid = indexrelid and attstattarget is not null) || ')', ''),
          E'\\n' order by indexrelid::regclass::text)
        from pg_index where indrelid = c.oid),
      (select string_agg('  ' || pg_get_triggerdef(g.oid), E'\\n' order by tgname) from pg_trigger g where tgrelid = c.oid and not tgisinternal),
      case when relrowsecurity then '  row level security' end,
      case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
      (${grants('relacl')})) as text
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where ${OURS} and relkind in ('r', 'p', 'v', 'm', 'S', 'f') order by nspname, relname`,

  statistics: `
    select pg_get_statisticsobjdef(s.oid) as text from pg_statistic_ext s join pg_namespace n on n.oid = stxnamespace where ${OURS} order by 1`,

  functions: `
    select concat_ws(E'\\n', format('function of owner %s', proowner::regrole), (${grants('proacl')}), rtrim(pg_get_functiondef(p.oid))) as text
    from pg_proc p join pg_namespace n on n.oid = pronamespace where ${OURS} and prokind <> 'a'
    order by nspname, proname, pg_get_function_identity_arguments(p.oid)`,
}

/** The whole schema of a database as text, read from the catalogue (the npm binaries have no pg_dump). */
export async function readSchemaText(client: Client): Promise<string> {
  await client.query(`set search_path = ''`)
  const sections: string[] = []
  for (const [name, query] of Object.entries(parts)) {
    const { rows } = await client.query<{ text: string }>(query)
    if (rows.length > 0) sections.push(`-- ${name}\n\n${rows.map(({ text }) => text).join('\n\n')}\n`)
  }
  return sections.join('\n')
}
