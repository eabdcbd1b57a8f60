/** Documents of persons and parties (spec 1.3); their numbers are masked for tokens that may not see them (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { DocumentRow } from '../../../people/subjects.ts'
import { type Builder, MASKED, PLAIN } from '../builder.ts'

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
