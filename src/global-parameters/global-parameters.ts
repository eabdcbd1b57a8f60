/** Global parameters of the platform (spec 6.3): names and texts. Those that our rules use are validated. */
import { z } from 'zod'
import type { Executor } from '../database/query.ts'
import { findParameter, listParameters, upsertParameters } from './plans/global-parameters.ts'

const NAME = /^[a-z][a-z0-9_]{0,63}$/

// Numbers are converted to text: clients send either.
function textOf<Inner extends z.ZodType<string>>(inner: Inner) {
  return z.preprocess((value) => (Number.isSafeInteger(value) ? String(value) : value), inner)
}

const count = textOf(z.string().regex(/^(0|[1-9][0-9]{0,3})$/)).optional()
const atLeastOne = textOf(z.string().regex(/^[1-9][0-9]{0,4}$/)).optional()
const unit = z.enum(['YEARS', 'DAYS']).optional()

/** A change: the named parameters with their new values. Others stay. */
export const parameterChange = z
  .object({
    adult_age: count,
    declaration_term: atLeastOne,
    declaration_term_unit: unit,
    employee_request_expiration: atLeastOne,
    employee_request_term_unit: unit,
    no_self_auth_age: count,
  })
  .catchall(textOf(z.string().min(1).max(255)))
  .superRefine((value, context) => {
    for (const name of Object.keys(value)) {
      if (!NAME.test(name)) context.addIssue({ code: 'unrecognized_keys', keys: [name], path: [], input: value })
    }
  })

/** A parsed change. */
export type ParameterChange = z.output<typeof parameterChange>

/** A stored parameter. */
export interface GlobalParameterRow {
  readonly id: string
  readonly parameter: string
  readonly value: string
  readonly updated_at: Date
  readonly updated_by: string
}

/** All parameters, by name. */
export function readGlobalParameters(executor: Executor): Promise<GlobalParameterRow[]> {
  return executor.query<GlobalParameterRow>(listParameters)
}

/** Writes the parameters of a change; returns the ids of new and changed ones. */
export async function writeGlobalParameters(
  tx: Executor,
  change: ParameterChange,
  userId: string,
): Promise<readonly string[]> {
  const entries = Object.entries(change).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const rows = await tx.query<{ id: string }>(upsertParameters(entries, userId))
  return rows.map(({ id }) => id)
}

/** The age in full years up to which nobody needs a tax id (spec 8.2). */
export async function readNoSelfAuthAge(executor: Executor): Promise<number> {
  const [row] = await executor.query<{ value: string }>(findParameter('no_self_auth_age'))
  return row === undefined ? DEFAULT_NO_SELF_AUTH_AGE : Number(row.value)
}

const DEFAULT_NO_SELF_AUTH_AGE = 14
