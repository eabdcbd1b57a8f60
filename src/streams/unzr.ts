/** The registration of the stream `unzr`: persons' UNZR against the register of the Ministry of Internal Affairs. */
import { unzr as rules, type UnzrQuestion } from '../verification/streams/unzr.ts'
import type { FoundBy, StatusAnswer } from '../verification/streams/yes-or-no.ts'
import { keepUnzr } from './plans/keep.ts'
import { UNZR_ANSWERS } from './plans/traces.ts'
import { keptBy, NO_TERMS, type Registration, yesOrNoMessages } from './registration.ts'

export const unzrStream: Registration<UnzrQuestion, StatusAnswer, FoundBy<UnzrQuestion>, void> = {
  rules: () => rules,
  service: 'checkunzr',
  ask: (registries, question, options) => registries.checkUnzr(question, options),
  terms: NO_TERMS,
  keep: keptBy(keepUnzr),
  messages: {
    ...{ absent: 'unzr_absent', illFormed: 'unzr_cleared', isShared: false, toDecide: null },
    answered: yesOrNoMessages('unzr_found', 'unzr_not_found'),
  },
  traces: {
    ...UNZR_ANSWERS,
    gone: 'answers about a UNZR that nobody else has',
    kept: [
      'answers about a UNZR that another person has too',
      "they belong to the other person, with that person's names",
    ],
  },
}
