import type { GraphQLSchema } from 'graphql'
import { enforceAccess } from './access.ts'
import { createBuilder } from './builder.ts'
import { addViewer } from './types/viewer.ts'

/** The schema of the admin API, with access enforced (spec 4). Each file of `types/` adds what one part of it is about. */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder()
  addViewer(builder)
  return enforceAccess(builder.toSchema())
}
