/** Documents of persons and parties (spec 1.3); their numbers are masked for tokens that mask (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { DocumentRow } from '../../../people/subjects.ts'
import { shownTo } from '../../mask.ts'
import type { Builder } from '../builder.ts'

/** Adds `Document`. */
export function addDocuments(builder: Builder): ObjectRef<Builder['$inferSchemaTypes'], DocumentRow> {
  return builder.objectRef<DocumentRow>('Document').implement({
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      type: t.exposeString('type', { nullable: false }),
      number: t.string({ nullable: false, resolve: ({ number }, _args, { principal }) => shownTo(principal, number) }),
      issuedAt: t.field({ type: 'Date', resolve: ({ issued_at }) => issued_at }),
      expirationDate: t.field({ type: 'Date', resolve: ({ expiration_date }) => expiration_date }),
      issuedBy: t.exposeString('issued_by', { nullable: true }),
    }),
  })
}
