/** Is the passport among the stolen or lost ones of the Ministry of Internal Affairs (spec 1.4). */
import { passportRules } from './passport.ts'

/** The stream `mvs_passport`: found means stolen or lost. */
export const mvsPassport = passportRules('mvs_passport', {
  found: { status: 'NOT_VERIFIED', reason: 'AUTO_LOST' },
  notFound: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' },
})
