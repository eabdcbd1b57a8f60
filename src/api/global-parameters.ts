import { type Actor, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { type ParameterChange, writeGlobalParameters } from '../global-parameters/global-parameters.ts'

/** Changes global parameters, and audits it. */
export function changeGlobalParameters(
  database: Database,
  actor: Actor,
  operation: string,
  change: ParameterChange,
): Promise<void> {
  return database.transaction(async (tx) => {
    const subjectIds = await writeGlobalParameters(tx, change, actor.userId)
    const fields = Object.keys(change).toSorted()
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'global_parameter', subjectIds, fields })
  })
}
