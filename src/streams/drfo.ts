/** The registration of the stream `drfo`: tax ids against the register of the State Tax Service (spec 8.5, 8.6). */
import { readNoSelfAuthAge } from '../global-parameters/global-parameters.ts'
import {
  type DrfoAnswer,
  type DrfoKept,
  type DrfoQuestion,
  type DrfoTerms,
  drfoRules,
} from '../verification/streams/drfo.ts'
import { keepDrfo } from './plans/keep.ts'
import { DRFO_ANSWERS } from './plans/traces.ts'
import { keptBy, plainMessages, type Registration } from './registration.ts'

export const drfoStream: Registration<DrfoQuestion, DrfoAnswer, DrfoKept, DrfoTerms> = {
  rules: drfoRules,
  service: 'InfoRNOKPPDRFO',
  ask(registries, { rnokpp, names }, options) {
    const { last_name: lastName, first_name: firstName, second_name, birth_date: birthDate } = names
    const middleName = second_name === null || second_name === '' ? {} : { middleName: second_name }
    return registries.infoRnokpp({ rnokpp, lastName, firstName, ...middleName, birthDate }, options)
  },
  terms({ drfo: { notVerifiedResults: notVerified, closedResults: closed } }) {
    return async (tx) => ({ notVerified, closed, noSelfAuthAge: await readNoSelfAuthAge(tx) })
  },
  keep: keptBy(keepDrfo),
  messages: {
    ...{ absent: 'drfo_absent', illFormed: 'drfo_ill_formed', isShared: false, toDecide: null },
    answered(_kind, { status }, step, answer) {
      const found = step === '4' || (step !== '5' && status === 'VERIFIED') ? 'drfo_found' : 'drfo_not_found'
      const isOwn = step === '4' || step === '5'
      const code = answer === null ? [] : [{ code: 'registry_answered', params: { answer } } as const]
      return {
        why: isOwn ? [...code, ...plainMessages(found)] : plainMessages('drfo_about_another', found),
        rule: '8.6',
      }
    },
  },
  traces: {
    ...DRFO_ANSWERS,
    gone: 'answers of the tax register that nobody else links to',
    kept: [
      'answers of the tax register that another person links to',
      "they belong to the other person, with that person's names",
    ],
  },
}
