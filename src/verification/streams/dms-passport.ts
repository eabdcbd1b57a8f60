/** Is the passport registered as invalid by the State Migration Service (spec 1.4)? */
import { passportRules } from './passport.ts'

/** The stream `dms_passport`: 1 (found) means invalid. */
export const dmsPassport = passportRules('dms_passport', {
  found: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
  notFound: { status: 'VERIFIED', reason: 'AUTO_VALID' },
})
