/** The registrations of the streams about passports. */
import { dmsPassport as dmsRules } from '../verification/streams/dms-passport.ts'
import { mvsPassport as mvsRules } from '../verification/streams/mvs-passport.ts'
import type { PassportQuestion } from '../verification/streams/passport.ts'
import type { FoundBy, StatusAnswer } from '../verification/streams/yes-or-no.ts'
import { keepPassports } from './plans/keep.ts'
import { passportAnswers } from './plans/traces.ts'
import { keptBy, NO_TERMS, type Registration, type StreamMessages, yesOrNoMessages } from './registration.ts'

type PassportRegistration = Registration<PassportQuestion, StatusAnswer, FoundBy<PassportQuestion>, void>

const MESSAGES = {
  absent: 'document_absent',
  illFormed: 'document_ill_formed',
  isShared: true,
  toDecide: null,
} as const satisfies Partial<StreamMessages>

const KEPT = [
  'answers about documents that another person has too',
  'they belong to the other person and name nobody',
] as const

/** Passports against the stolen and lost ones of the Ministry of Internal Affairs. */
export const mvsPassportStream: PassportRegistration = {
  rules: () => mvsRules,
  service: 'CheckPassportStatus',
  ask: (registries, question, options) => registries.checkPassportStatus(question, options),
  terms: NO_TERMS,
  keep: keptBy((found) => keepPassports('mimir.mvs_passport_data', found)),
  messages: { ...MESSAGES, answered: yesOrNoMessages('mvs_passport_found', 'mvs_passport_not_found') },
  traces: {
    ...passportAnswers('mimir.mvs_passport_data'),
    gone: 'answers about stolen or lost documents that nobody else has',
    kept: KEPT,
  },
}

/** Passports against the invalid ones of the State Migration Service. */
export const dmsPassportStream: PassportRegistration = {
  rules: () => dmsRules,
  service: 'CheckPassportDMSStatus',
  ask: (registries, question, options) => registries.checkPassportDmsStatus(question, options),
  terms: NO_TERMS,
  keep: keptBy((found) => keepPassports('mimir.dms_passport_data', found)),
  messages: { ...MESSAGES, answered: yesOrNoMessages('dms_passport_found', 'dms_passport_not_found') },
  traces: {
    ...passportAnswers('mimir.dms_passport_data'),
    gone: 'answers about invalid documents that nobody else has',
    kept: KEPT,
  },
}
