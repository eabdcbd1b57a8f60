/** Global parameters (spec 6.3): a flat map of names and texts. */
import { z } from 'zod'
import type { Executor } from '../../../database/query.ts'
import { parameterChange, readGlobalParameters } from '../../../global-parameters/global-parameters.ts'
import { changeGlobalParameters } from '../../global-parameters.ts'
import { EXAMPLES } from '../examples.ts'
import { guardedRoute, type Route } from '../route.ts'

const parameters = z.record(z.string(), z.string())

async function flatMap(database: Executor): Promise<Record<string, string>> {
  const rows = await readGlobalParameters(database)
  return Object.fromEntries(rows.map(({ parameter, value }) => [parameter, value]))
}

const read = guardedRoute({
  method: 'GET',
  path: '/api/global_parameters',
  summary: 'Global parameters',
  tag: 'Global parameters',
  access: { scopes: ['global_parameters:read'] },
  personal: 'nobody',
  data: parameters,
  examples: [EXAMPLES.globalParameters],
  async handle(_input, { database }) {
    return { data: await flatMap(database) }
  },
})

const write = guardedRoute({
  method: 'PUT',
  path: '/api/global_parameters',
  summary: 'Change global parameters',
  description:
    'Changes the parameters in the body, and adds new ones; others do not change. The answer has all parameters.',
  tag: 'Global parameters',
  access: { scopes: ['global_parameters:write'] },
  personal: 'nobody',
  body: parameterChange,
  data: parameters,
  examples: [EXAMPLES.putGlobalParameters],
  async handle({ body }, { database, actor }) {
    await changeGlobalParameters(database, actor, 'PUT /api/global_parameters', body)
    return { data: await flatMap(database) }
  },
})

/** `GET` and `PUT /api/global_parameters`. */
export const globalParameterRoutes: readonly Route[] = [read, write]
