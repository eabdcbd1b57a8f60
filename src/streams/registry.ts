/** Every registration, by stream name: a missing or incomplete one does not compile. */
import type { OwnStream } from '../verification/status.ts'
import { dracsDeathStream } from './dracs-death.ts'
import { drfoStream } from './drfo.ts'
import { dmsPassportStream, mvsPassportStream } from './passports.ts'
import type { Registration } from './registration.ts'
import { unzrStream } from './unzr.ts'

/** The registrations. Within each, question, answer and stored data have the same types; other code does not look into them. */
export const REGISTRATIONS: Readonly<Record<OwnStream, Registration>> = {
  unzr: unzrStream,
  mvs_passport: mvsPassportStream,
  dms_passport: dmsPassportStream,
  drfo: drfoStream,
  dracs_death: dracsDeathStream,
}
