/** Shared by administration commands: outcome, audit record, transaction. */
import { audit } from '../audit/audit.ts'
import { COMMAND_MARK } from '../audit/marks.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { findUserByEmail } from './plans/login.ts'

/** Success, or a refusal with a message for the user. */
export type Administered<T = undefined> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint?: string }

/** A success. */
export const done = <T>(value: T): Administered<T> => ({ kind: 'done', value })
/** A refusal and its reason. */
export const administrationRefused = (reason: string, hint?: string): Administered<never> => ({
  kind: 'refused',
  reason,
  ...(hint === undefined ? {} : { hint }),
})

/** The administrator, for the audit. */
export interface Administrator {
  readonly userId: string
  /** The operating system's user, and the machine. */
  readonly operator?: string | undefined
}

/** An action, for the audit. */
export interface Act {
  readonly operation: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly clientId?: string
}

// A command acts for no client: the record has the nil uuid.
const NO_CLIENT = '00000000-0000-0000-0000-000000000000'

/** Records an act of administering. */
export function record(
  tx: Executor,
  by: Administrator,
  { operation, subjectKind, subjectId, clientId = NO_CLIENT }: Act,
): Promise<void> {
  const actor = { userId: by.userId, clientId, requestId: COMMAND_MARK, operator: by.operator }
  return audit(tx, actor, { action: 'write', operation, subjectKind, subjectIds: [subjectId] })
}

/** The user with an e-mail. */
export async function userOf(tx: Executor, email: string): Promise<Administered<{ readonly id: string }>> {
  const [user] = await tx.query<{ id: string }>(findUserByEmail(email.trim().toLowerCase()))
  return user === undefined
    ? administrationRefused('there is no user with this e-mail', 'zvirka user list shows them')
    : done(user)
}

class Refusal extends Error {
  readonly refused: Administered<never>
  constructor(reason: Administered<never>) {
    super('refused')
    this.refused = reason
  }
}

/** Runs an action in a transaction. A refusal rolls it back. */
export async function refusable<T>(
  database: Database,
  work: (tx: Executor) => Promise<Administered<T>>,
): Promise<Administered<T>> {
  try {
    return await database.transaction(async (tx) => {
      const result = await work(tx)
      if (result.kind === 'refused') throw new Refusal(result)
      return result
    })
  } catch (error) {
    if (error instanceof Refusal) return error.refused
    throw error
  }
}
