import type { Builder } from '../builder.ts'
import { addDeathAct } from './death-act.ts'
import { addDeathCandidates } from './death-candidates.ts'
import { addDocuments } from './documents.ts'
import type { MessageRef } from './message.ts'
import { addParties } from './party.ts'
import { addDracsDeath } from './party-dracs-death.ts'
import { addPersons } from './person.ts'
import { addPersonDracsDeath } from './person-dracs-death.ts'
import { addReveal } from './reveal.ts'
import { addSendAgain } from './send-again.ts'
import { addVerification } from './verification.ts'

/** Adds everything about persons and parties (spec 4.2, 4.3). */
export function addPeople(builder: Builder, message: MessageRef): void {
  const people = { verification: addVerification(builder, message), documents: addDocuments(builder) }
  const person = addPersons(builder, people)
  const party = addParties(builder, people)
  addSendAgain(builder, people, { person, party })
  addDracsDeath(builder, people, party)
  addPersonDracsDeath(builder, people, person)
  addDeathCandidates(builder, { person, party, act: addDeathAct(builder) })
  addReveal(builder)
}
