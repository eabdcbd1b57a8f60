/** Documents of persons and parties (spec 1.3); their numbers are masked for whoever may not see them (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { DocumentRow } from '../../../people/subjects.ts'
import type { SubjectKind } from '../../../verification/status.ts'
import { shownTo } from '../../mask.ts'
import type { Builder } from '../builder.ts'

/** A document, and of whom it is. */
export interface DocumentOf extends DocumentRow {
  readonly of: SubjectKind
}

/** Adds `Document`. */
export function addDocuments(builder: Builder): ObjectRef<Builder['$inferSchemaTypes'], DocumentOf> {
  return builder.objectRef<DocumentOf>('Document').implement({
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      type: t.exposeString('type', { nullable: false }),
      number: t.string({
        nullable: false,
        resolve: ({ number, of }, _args, { principal }) => shownTo(principal, of, number),
      }),
      issuedAt: t.field({ type: 'Date', resolve: ({ issued_at }) => issued_at }),
      expirationDate: t.field({ type: 'Date', resolve: ({ expiration_date }) => expiration_date }),
      issuedBy: t.exposeString('issued_by', { nullable: true }),
    }),
  })
}
