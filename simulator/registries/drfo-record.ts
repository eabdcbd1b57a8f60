import { z } from 'zod'

const text = z.string()

/** A record of `drfo.ndjson` (spec 8.16). `result`, for example 2, is returned for this number whatever the name. */
export const drfoRecordSchema = z.object({
  rnokpp: text.min(1, 'is empty'),
  last_name: text,
  first_name: text,
  middle_name: text.nullish(),
  date_birth: text.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not YYYY-MM-DD'),
  result: z.int().min(0).max(9999).nullish(),
  error_message: text.nullish(),
})
/** A record of the tax register. */
export type DrfoRecord = z.infer<typeof drfoRecordSchema>
