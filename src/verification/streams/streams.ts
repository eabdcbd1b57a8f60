/** Every stream that this service checks, by name. A missing stream or missing rules do not compile. */
import type { StreamRules } from '../rules.ts'
import type { OwnStream } from '../status.ts'
import { dmsPassport } from './dms-passport.ts'
import { dracsDeath } from './dracs-death.ts'
import { drfo } from './drfo.ts'
import { mvsPassport } from './mvs-passport.ts'
import { unzr } from './unzr.ts'

/** Rules with unknown types of questions, answers and rows. */
export type AnyRules = StreamRules<unknown, unknown, unknown, unknown>

/** The rules of each stream. */
export const STREAMS = {
  unzr,
  mvs_passport: mvsPassport,
  dms_passport: dmsPassport,
  drfo,
  dracs_death: dracsDeath,
} as const satisfies Readonly<Record<OwnStream, AnyRules>>

/** The rules of a stream, with unknown types. */
export function rulesOf(stream: OwnStream): AnyRules {
  return STREAMS[stream]
}
