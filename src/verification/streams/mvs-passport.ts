/** Is the passport registered as stolen or lost by the Ministry of Internal Affairs (spec 1.4)? */
import { passportRules } from './passport.ts'

/** The stream `mvs_passport`: 1 (found) means stolen or lost. */
export const mvsPassport = passportRules('mvs_passport', {
  found: { status: 'NOT_VERIFIED', reason: 'AUTO_LOST' },
  notFound: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' },
})
