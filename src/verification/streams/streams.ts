/** Every stream that this service checks, by its name: one that is missing here, or has no rules, fails to compile. */
import type { CheckedData, StreamRules } from '../rules.ts'
import type { OwnStream } from '../status.ts'
import { dmsPassport } from './dms-passport.ts'
import { mvsPassport } from './mvs-passport.ts'
import type { PassportQuestion } from './passport.ts'
import { type UnzrQuestion, unzr } from './unzr.ts'

/** What each stream asks about. */
interface Questions extends Record<OwnStream, unknown> {
  readonly unzr: UnzrQuestion
  readonly mvs_passport: PassportQuestion
  readonly dms_passport: PassportQuestion
}

/** The rules of each stream. */
export const STREAMS: { readonly [S in OwnStream]: StreamRules<Questions[S]> } = {
  unzr,
  mvs_passport: mvsPassport,
  dms_passport: dmsPassport,
}

/** What of a subject's data a stream checks: it is sent to be checked again when that changes. */
export function dataOf(stream: OwnStream): CheckedData {
  return STREAMS[stream].checks
}
