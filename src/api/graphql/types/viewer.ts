import { masksNumbersOf } from '../../mask.ts'
import { type Builder, guarded } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'

/** `viewer`: the current user and their permissions, so that a page can hide the rest. */
export function addViewer(builder: Builder): void {
  const viewer = builder.objectRef<GraphqlContext['principal']>('Viewer').implement({
    description: 'The sender of the request.',
    fields: (t) => ({
      userId: t.field({ type: 'UUID', nullable: false, resolve: ({ userId }) => userId }),
      email: t.exposeString('email', { nullable: false }),
      clientId: t.field({ type: 'UUID', nullable: false, resolve: ({ clientId }) => clientId }),
      clientType: t.exposeString('clientType', { nullable: false }),
      scopes: t.stringList({
        nullable: false,
        description: 'The effective scopes.',
        resolve: ({ scopes }) => [...scopes].sort(),
      }),
      masked: t.boolean({
        nullable: false,
        description: 'Whether personal numbers are masked.',
        resolve: (viewer) => masksNumbersOf(viewer, 'person') || masksNumbersOf(viewer, 'party'),
      }),
    }),
  })
  builder.queryField('viewer', (t) =>
    t.field({
      type: viewer,
      description: 'The sender of the request and their rights.',
      extensions: guarded('signed_in', 'nobody'),
      resolve: (_root, _args, { principal }) => principal,
    }),
  )
}
