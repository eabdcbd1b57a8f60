/** The records of the registers, as their files have them (spec 7.3, 8.16). */
import { z } from 'zod'

const required = z.string()
const text = required.nullish()
const day = required.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not YYYY-MM-DD')
const instant = z.iso.datetime({ offset: true, message: 'is no instant such as 2026-11-03T09:00:00Z' }).nullish()

/** A record of `unzr.ndjson` (spec 7.3). */
export const unzrRecordSchema = z.object({
  unzr: required.regex(/^[0-9]{8}-[0-9]{5}$/, 'is not 8 digits, a hyphen and 5 digits'),
  family_name: required,
  given_name: required,
  patronymic_name: text,
  date_birth: day,
  rnokpp: text,
  gender: text,
  documents: z.array(z.record(z.string(), z.union([required, z.number(), z.boolean(), z.null()]))).nullish(),
})
/** A record of the demographic register. */
export type UnzrRecord = z.infer<typeof unzrRecordSchema>

/** A record of `drfo.ndjson` (spec 8.16). `result`, for example 2, is returned for this number whatever the name. */
export const drfoRecordSchema = z.object({
  rnokpp: required.min(1, 'is empty'),
  last_name: required,
  first_name: required,
  middle_name: text,
  date_birth: day,
  result: z.int().min(0).max(9999).nullish(),
  error_message: text,
})
/** A record of the tax register. */
export type DrfoRecord = z.infer<typeof drfoRecordSchema>

/** A record of `death_acts.ndjson` (spec 8.16.2): an act with the field names of 8.3.2. Dates are texts in any format. */
export const deathRecordSchema = z.object({
  ...{ ar_reg_number: text, ar_reg_date: instant, ar_op_name: text, op_date: instant, reg_numb: text },
  ...{ compose_date: text, compose_org: text, is_restore: z.int().nullish() },
  ...{ surname: text, name: text, patronymic: text, date_birth: text, sex: text, numident: text, date_death: text },
  ...{ birth_state: text, birth_region: text, birth_district: text, birth_locality_type: text, birth_locality: text },
  ...{ state: text, region: text, district: text, locality_type: text, locality: text },
  ...{ street: text, house: text, apartment: text },
  doc_seizes: z
    .array(z.record(z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is no name of a field'), z.string()))
    .readonly()
    .nullish(),
})
/** A record of an act of death. */
export type DeathRecord = z.infer<typeof deathRecordSchema>
