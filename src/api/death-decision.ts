/** What REST and GraphQL share about decisions on a death (spec 8.11, 8.17). */
import { type Actor, audit } from '../audit/audit.ts'
import type { Executor } from '../database/query.ts'
import type { DracsDeathRequest, DracsDeathWritten } from '../people/dracs-death.ts'

/** Records a decision in its transaction: the act, the reason, the comment, and the number of ended declarations. */
export async function auditDecision(
  tx: Executor,
  actor: Actor,
  operation: string,
  { request, written }: { readonly request: DracsDeathRequest; readonly written: DracsDeathWritten },
): Promise<void> {
  const { kind, subjectId, status, reason, comment } = request
  const { actId, declarations } = written
  const said = [
    `${status} / ${reason}`,
    ...(actId === null ? [] : [`act ${actId}`]),
    ...(kind === 'person' ? [`declarations ended: ${declarations}`] : []),
    ...(comment === null ? [] : [comment]),
  ]
  await audit(tx, actor, {
    ...{ action: 'write', operation, subjectKind: kind, subjectIds: [subjectId], reason: said.join('; ') },
  })
}
