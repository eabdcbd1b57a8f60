import { z } from 'zod'

const text = z.string()
const optionalText = z.string().nullish()

/** A record of `unzr.ndjson` (spec 7.3). */
export const unzrRecordSchema = z.object({
  unzr: text.regex(/^[0-9]{8}-[0-9]{5}$/, 'is not 8 digits, a hyphen and 5 digits'),
  family_name: text,
  given_name: text,
  patronymic_name: optionalText,
  date_birth: text.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not YYYY-MM-DD'),
  rnokpp: optionalText,
  gender: optionalText,
  documents: z.array(z.record(z.string(), z.union([text, z.number(), z.boolean(), z.null()]))).nullish(),
})
/** A record of the demographic register. */
export type UnzrRecord = z.infer<typeof unzrRecordSchema>
