/** What REST and GraphQL share about decisions on a death (spec 8.11, 8.17). */
import { type Actor, audit } from '../audit/audit.ts'
import type { Executor } from '../database/query.ts'
import {
  type DracsDeathRequest,
  type DracsDeathResult,
  type DracsDeathWritten,
  updateDracsDeath,
} from '../decisions/dracs-death.ts'
import type { GraphqlContext } from './graphql/context.ts'

/** Why a decision was refused. */
export type DracsDeathRefusal = Exclude<DracsDeathResult, DracsDeathWritten>

/** How an operation decides: its checks before anything is locked, and the API's error of a refusal. */
interface Deciding {
  readonly operation: string
  check(tx: Executor): Promise<unknown>
  refused(refusal: DracsDeathRefusal): Error
}

/** Writes and audits a decision in one transaction, and counts a person who became inactive. */
export async function decideOnDeath(
  { database, actor, meter }: Pick<GraphqlContext, 'database' | 'actor' | 'meter'>,
  request: DracsDeathRequest,
  { operation, check, refused }: Deciding,
): Promise<void> {
  const { deactivated } = await database.transaction(async (tx) => {
    await check(tx)
    const written = await updateDracsDeath(tx, request)
    if (written.kind !== 'updated') throw refused(written)
    await auditDecision(tx, actor, operation, request, written)
    return written
  })
  if (deactivated) meter?.personDeactivated(request.reason)
}

// The act, the reason, the comment, and the number of ended declarations.
async function auditDecision(
  tx: Executor,
  actor: Actor,
  operation: string,
  { kind, subjectId, status, reason, comment }: DracsDeathRequest,
  { actId, declarations }: DracsDeathWritten,
): Promise<void> {
  const said = [
    `${status} / ${reason}`,
    ...(actId === null ? [] : [`act ${actId}`]),
    ...(kind === 'person' ? [`declarations ended: ${declarations}`] : []),
    ...(comment === null ? [] : [comment]),
  ].join('; ')
  await audit(tx, actor, { action: 'write', operation, subjectKind: kind, subjectIds: [subjectId], reason: said })
}
