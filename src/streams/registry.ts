/** Every registration, by the stream's name: one that is missing or lacks a part does not compile. */
import type { OwnStream } from '../verification/status.ts'
import { dracsDeathStream } from './dracs-death.ts'
import { drfoStream } from './drfo.ts'
import { dmsPassportStream, mvsPassportStream } from './passports.ts'
import type { Registration } from './registration.ts'
import { unzrStream } from './unzr.ts'

/** The registrations. The parts of each have the same question, answer and kept data; other code looks into none of them. */
export const REGISTRATIONS: Readonly<Record<OwnStream, Registration>> = {
  unzr: unzrStream,
  mvs_passport: mvsPassportStream,
  dms_passport: dmsPassportStream,
  drfo: drfoStream,
  dracs_death: dracsDeathStream,
}
