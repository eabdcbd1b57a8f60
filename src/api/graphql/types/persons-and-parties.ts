import type { ObjectRef } from '@pothos/core'
import type { DocumentRow } from '../../../people-reading/subjects.ts'
import { type Builder, MASKED, PLAIN } from '../builder.ts'
import { addDeathAct } from './death-act.ts'
import { addDeathCandidates } from './death-candidates.ts'
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

/** Adds `Document`. */
export function addDocuments(builder: Builder): ObjectRef<Builder['$inferSchemaTypes'], DocumentRow> {
  return builder.objectRef<DocumentRow>('Document').implement({
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      type: t.exposeString('type', { nullable: false, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...MASKED }),
      issuedAt: t.field({ type: 'Date', resolve: ({ issued_at }) => issued_at }),
      expirationDate: t.field({ type: 'Date', resolve: ({ expiration_date }) => expiration_date }),
      issuedBy: t.exposeString('issued_by', { nullable: true, ...PLAIN }),
    }),
  })
}
