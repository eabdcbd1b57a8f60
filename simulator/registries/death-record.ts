import { z } from 'zod'

const text = z.string().nullish()
const instant = z.iso.datetime({ offset: true, message: 'is no instant such as 2026-11-03T09:00:00Z' }).nullish()

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
