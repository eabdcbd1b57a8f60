/** Who is signed in, and what they may do. */
import { createContext, useContext } from 'react'
import { graphql, type ResultOf } from '../graphql/graphql.ts'

/** Asks who is signed in. */
export const VIEWER = graphql(`
  query Viewer { viewer { userId email clientId clientType scopes masked } }
`)

/** Who is signed in. */
export type Viewer = NonNullable<ResultOf<typeof VIEWER>['viewer']>

/** Where components find it. */
export const ViewerContext = createContext<Viewer | undefined>(undefined)

/** Who is signed in; only within the frame, which nobody sees who is not. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (viewer === undefined) throw new Error('nobody is signed in here')
  return viewer
}

/** Whether who is signed in has a scope, in a client of the NHS. What they may not do is not shown. */
export function useMay(scope: string): boolean {
  const { scopes, clientType } = useViewer()
  return clientType === 'NHS' && scopes.includes(scope)
}
