import type { Route } from './route.ts'
import { tokenRoutes } from './routes/tokens.ts'

/** Every route of the REST API. The server, the OpenAPI document and the tests of access read this list. */
export const routes: readonly Route[] = [...tokenRoutes]
