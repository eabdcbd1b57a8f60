/** Audits sign-ins, sign-outs, and every 401 or 403 answer, whichever part of the API gave it. Recorded before the answer is sent. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ClientsResult, LoginResult } from '../access/login.ts'
import type { Principal } from '../access/principal.ts'
import { AccessAudit } from '../audit/access-audit.ts'
import type { AuditEntry, AuditResult, Author } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../observability/log.ts'

/** An action about access. Its user may be unknown. */
export interface AccessAct {
  readonly action: 'sign_in' | 'sign_out'
  readonly result?: AuditResult
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  /** The token that was issued or ended. */
  readonly tokenId?: string | undefined
}

const RESULTS = {
  signed_in: 'done',
  known: 'done',
  refused: 'wrong_credentials',
  code_needed: 'code_needed',
  code_wrong: 'wrong_code',
  setup_required: 'code_needed',
  too_early: 'too_early',
  switched_off: 'forbidden',
} as const

/** The outcome of a sign-in, or of listing clients, as an audit action. */
export function attemptOf(result: LoginResult | ClientsResult): AccessAct {
  return {
    action: 'sign_in',
    // Only the password was right, which gives no access.
    result: result.kind === 'known' && result.besides !== 'nothing' ? 'code_needed' : RESULTS[result.kind],
    userId: 'userId' in result ? result.userId : undefined,
    tokenId: 'token' in result ? result.token.id : undefined,
  }
}

interface Notes {
  principal?: Principal
  readonly acts: AccessAct[]
}

const notes = new WeakMap<FastifyRequest, Notes>()

function notesOf(request: FastifyRequest): Notes {
  const known = notes.get(request) ?? { acts: [] }
  notes.set(request, known)
  return known
}

/** Notes an action of a request; it is recorded before the answer is sent. */
export function noteAct(request: FastifyRequest, act: AccessAct): void {
  notesOf(request).acts.push(act)
}

/** Notes the principal of a request, in case a refusal follows. */
export function notePrincipal(request: FastifyRequest, principal: Principal): void {
  notesOf(request).principal = principal
}

const REFUSED: Readonly<Record<number, AuditResult>> = { 401: 'unauthenticated', 403: 'forbidden' }
const SAID: Readonly<Record<string, string>> = {
  sign_in: 'a sign-in',
  sign_out: 'a sign-out',
  refusal: 'a request was refused',
}

/** Records actions and refusals of every request to a server. */
export function addAccessAudit(app: FastifyInstance, { database, log }: { database: Database; log: Log }): void {
  const recorder = new AccessAudit(database, log)
  app.addHook('preClose', () => recorder.endMinute())
  app.addHook('onSend', async (request, reply) => {
    const { acts, principal } = notesOf(request)
    const refused = REFUSED[reply.statusCode]
    const operation = `${request.method} ${request.routeOptions.url ?? 'unknown'}`
    const from = { requestId: request.id, address: request.ip }
    const record = async (author: Author, entry: AuditEntry) => {
      await recorder.record(author, entry)
      log.info({ code: request.id, reason: operation, state: entry.result ?? 'done' }, SAID[entry.action] ?? '')
    }
    // Taken once: the error answer for an action that could not be recorded passes here as well.
    for (const { userId, clientId, tokenId, ...act } of acts.splice(0)) {
      const subject = {
        subjectKind: tokenId === undefined ? 'access' : 'token',
        subjectIds: tokenId === undefined ? [] : [tokenId],
      }
      await record({ ...from, userId, clientId, tokenId: principal?.token.id }, { ...act, operation, ...subject })
      if (refused !== undefined) return
    }
    if (refused === undefined) return
    const author = {
      ...from,
      ...{ userId: principal?.userId, clientId: principal?.clientId, tokenId: principal?.token.id },
    }
    try {
      await record(author, { action: 'refusal', operation, subjectKind: 'access', subjectIds: [], result: refused })
    } catch (error) {
      // The client learned nothing, so it is refused even if the refusal cannot be recorded.
      log.error({ error, code: request.id }, 'a refusal could not be recorded')
    }
  })
}
