/**
 * Stores what registries found (spec 2.5.1) in `mimir`; rows are written in key order to avoid deadlocks. Returns the rows' ids in the
 * order of the input. No row in `mimir` refers to a person.
 */
import type { Query } from '../../database/query.ts'
import type { DrfoKept } from '../../verification/streams/drfo.ts'
import type { PassportQuestion } from '../../verification/streams/passport.ts'
import type { UnzrQuestion } from '../../verification/streams/unzr.ts'
import type { FoundBy } from '../../verification/streams/yes-or-no.ts'

/** The tables of passports that a registry knows. */
export type PassportTable = 'mimir.mvs_passport_data' | 'mimir.dms_passport_data'

/** Stores passports that were found. */
export function keepPassports(table: PassportTable, found: readonly FoundBy<PassportQuestion>[]): Query {
  return {
    name: `keep found in ${table}`,
    text: `
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as i (pass_type, pas_serial, pas_number, n)
),
kept as (
  insert into ${table} as d (pass_type, pas_serial, pas_number, pas_status)
  select distinct pass_type, pas_serial, pas_number, 1 from input order by pass_type, pas_serial, pas_number
  on conflict (pass_type, pas_serial, pas_number) do update
     set pas_status = 1, updated_at = statement_timestamp()
  returning id, pass_type, pas_serial, pas_number
)
select kept.id from input i
  join kept on kept.pass_type = i.pass_type and kept.pas_serial is not distinct from i.pas_serial
           and kept.pas_number = i.pas_number
 order by i.n`,
    values: [
      found.map(({ question }) => question.passType),
      found.map(({ question }) => question.pasSerial ?? null),
      found.map(({ question }) => question.pasNumber),
    ],
  }
}

/**
 * Stores UNZR that were found. If several persons have the same UNZR, the row holds the one who was asked about last; all link to it (spec
 * 2.4).
 */
export function keepUnzr(found: readonly FoundBy<UnzrQuestion>[]): Query {
  return {
    name: 'keep found in mimir.unzr_data',
    text: `
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[]) with ordinality
    as i (unzr, family_name, given_name, patronymic_name, date_birth, description, n)
),
kept as (
  insert into mimir.unzr_data as d (unzr, family_name, given_name, patronymic_name, date_birth, status, description)
  select distinct on (unzr) unzr, family_name, given_name, patronymic_name, date_birth, 1, description
    from input order by unzr, n desc
  on conflict (unzr) do update
     set family_name = excluded.family_name, given_name = excluded.given_name,
         patronymic_name = excluded.patronymic_name, date_birth = excluded.date_birth, status = 1,
         description = excluded.description, updated_at = statement_timestamp()
  returning id, unzr
)
select kept.id from input i join kept on kept.unzr = i.unzr order by i.n`,
    values: [
      found.map(({ question }) => question.unzr),
      found.map(({ question }) => question.familyName),
      found.map(({ question }) => question.givenName),
      found.map(({ question }) => question.patronymicName ?? ''),
      found.map(({ question }) => question.dateBirth),
      found.map(({ description }) => description),
    ],
  }
}

/** Stores the tax register's answers about numbers. If several subjects have the same number, the row holds the last one. */
export function keepDrfo(kept: readonly DrfoKept[], userId: string): Query {
  const names = kept.map(({ question }) => question.names)
  return {
    name: 'keep answered in mimir.drfo_data',
    text: `
with input as materialized (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::smallint[], $7::text[]) with ordinality
    as i (rnokpp, last_name, first_name, middle_name, date_birth, info_result, info_error_message, n)
),
kept as (
  insert into mimir.drfo_data as d
    (rnokpp, last_name, first_name, middle_name, date_birth, info_result, info_error_message, inserted_by, updated_by)
  select distinct on (rnokpp) rnokpp, last_name, first_name, middle_name, date_birth, info_result, info_error_message, $8::uuid, $8
    from input order by rnokpp, n desc
  on conflict (rnokpp) do update
     set last_name = excluded.last_name, first_name = excluded.first_name, middle_name = excluded.middle_name,
         date_birth = excluded.date_birth, info_result = excluded.info_result,
         info_error_message = excluded.info_error_message, updated_at = statement_timestamp(), updated_by = excluded.updated_by
  returning id, rnokpp
)
select kept.id from input i join kept on kept.rnokpp = i.rnokpp order by i.n`,
    values: [
      kept.map(({ question }) => question.rnokpp),
      names.map(({ last_name }) => last_name),
      names.map(({ first_name }) => first_name),
      names.map(({ second_name }) => (second_name === '' ? null : second_name)),
      names.map(({ birth_date }) => birth_date),
      kept.map(({ result }) => result),
      kept.map(({ message }) => (message === '' ? null : message)),
      userId,
    ],
  }
}
