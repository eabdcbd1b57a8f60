import { masksNumbersOf } from '../../mask.ts'
import { type Builder, guarded } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'

/** `viewer`: who is asking, and what they may do, so that a page shows nothing else. */
export function addViewer(builder: Builder): void {
  const viewer = builder.objectRef<GraphqlContext['principal']>('Viewer').implement({
    description: 'Whoever sent the request.',
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
        description: 'Whether numbers of people are shown masked.',
        resolve: (viewer) => masksNumbersOf(viewer, 'person') || masksNumbersOf(viewer, 'party'),
      }),
    }),
  })
  builder.queryField('viewer', (t) =>
    t.field({
      type: viewer,
      description: 'Who is asking, and what they may do.',
      extensions: guarded('signed_in', 'nobody'),
      resolve: (_root, _args, { principal }) => principal,
    }),
  )
}
