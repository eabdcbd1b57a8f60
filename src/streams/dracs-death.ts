/** The registration of the stream `dracs_death`: deaths in the register of civil status (spec 8.8). */
import { keepActs } from '../death-acts/acts.ts'
import { concludeDeaths } from '../death-acts/conclude.ts'
import {
  type DracsDeathAnswer,
  type DracsDeathKept,
  type DracsDeathQuestion,
  type DracsDeathTerms,
  dracsDeath as rules,
} from '../verification/streams/dracs-death.ts'
import { DEATH_ACTS } from './plans/traces.ts'
import { plainMessages, type Registration } from './registration.ts'

export const dracsDeathStream: Registration<DracsDeathQuestion, DracsDeathAnswer, DracsDeathKept, DracsDeathTerms> = {
  rules: () => rules,
  service: 'GetDeathArByFullNameAndBirthDate',
  ask: (registries, question, options) => registries.deathActsByName(question, options),
  terms: ({ dracsDeath }, kind) => {
    const { full, partial } = dracsDeath[kind]
    return async () => ({ full, partial })
  },
  async keep(tx, kept) {
    const ids = await keepActs(
      tx,
      kept.flatMap(({ acts }) => acts),
    )
    return kept.map(({ acts }) => ({ id: null, others: acts.flatMap(({ key }) => ids.get(key) ?? []) }))
  },
  conclude(tx, answered, { kind, runId }) {
    const deaths = answered.map(({ subjectId, decision: { keeps } }) => ({ subjectId, kept: keeps }))
    return concludeDeaths(tx, kind, deaths, runId)
  },
  messages: {
    // Nobody is settled by its pre-check.
    ...{ absent: 'pre_checked', illFormed: 'pre_checked', isShared: false, toDecide: 'dracs_death_to_decide' },
    answered(_kind, { status }) {
      if (status === 'NOT_VERIFIED') return { why: plainMessages('dracs_death_matches'), rule: '8.10' }
      return {
        why: plainMessages(status === 'VERIFIED' ? 'dracs_death_no_match' : 'dracs_death_may_match'),
        rule: '8.10',
      }
    },
  },
  traces: {
    ...DEATH_ACTS,
    gone: 'acts of death that may be the person’s and nobody else’s',
    kept: ['acts of death that may also be about somebody else', 'the decision about the other person needs them'],
  },
}
