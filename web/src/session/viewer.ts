/** The signed-in user and their permissions. */
import { createContext, useContext } from 'react'
import { graphql, type ResultOf } from '../graphql/graphql.ts'

/** Loads the signed-in user. */
export const VIEWER = graphql(`
  query Viewer { viewer { userId email clientId clientType scopes masked } }
`)

/** The signed-in user. */
export type Viewer = NonNullable<ResultOf<typeof VIEWER>['viewer']>

/** Provides the user to components. */
export const ViewerContext = createContext<Viewer | undefined>(undefined)

/** The signed-in user; only inside the frame, which requires signing in. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (viewer === undefined) throw new Error('nobody is signed in here')
  return viewer
}

/** Whether the user has a scope in a client of the NHS. Actions without permission are hidden. */
export function useMay(scope: string): boolean {
  const { scopes, clientType } = useViewer()
  return clientType === 'NHS' && scopes.includes(scope)
}
