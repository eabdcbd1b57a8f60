import { type Builder, guarded } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'

/** `viewer`: who is asking, and what they may do, so that a page shows nothing else. */
export function addViewer(builder: Builder): void {
  const viewer = builder.objectRef<GraphqlContext['principal']>('Viewer').implement({
    description: 'Whoever sent the request.',
    fields: (t) => ({
      userId: t.field({ type: 'UUID', resolve: ({ userId }) => userId }),
      email: t.exposeString('email'),
      clientId: t.field({ type: 'UUID', resolve: ({ clientId }) => clientId }),
      clientType: t.exposeString('clientType'),
      scopes: t.stringList({ description: 'The effective scopes.', resolve: ({ scopes }) => [...scopes].sort() }),
      masked: t.boolean({
        description: 'Whether numbers of people are shown masked.',
        resolve: ({ isMasked }) => isMasked,
      }),
    }),
  })
  builder.queryField('viewer', (t) =>
    t.field({
      type: viewer,
      description: 'Who is asking, and what they may do.',
      extensions: guarded('signed_in'),
      resolve: (_root, _args, { principal }) => principal,
    }),
  )
}
