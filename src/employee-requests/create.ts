/** Creating an employee request (spec 5, 5.5); validate.ts explains the order of the checks. */
import { type Actor, audit } from '../audit/audit.ts'
import type { Executor } from '../database/query.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { type Refused, refused } from './checks.ts'
import type { EmployeeRequestData } from './data.ts'
import { countMail, findMailRefusal } from './mail-limits.ts'
import { findReferences, insertRequest, type ReferenceIds } from './plans/creation.ts'
import { findKnownUsers } from './plans/preview.ts'
import { insertEnvelope } from './plans/signed.ts'
import type { MailLimits } from './policy.ts'
import { INVITATION_MAIL, KNOWN_PARTY_MAIL } from './queues.ts'
import { findRequestById, type ReadRequest } from './read.ts'
import { type References, referenceIssues, referenceRefusal } from './references.ts'
import type { Issue } from './rules.ts'
import { idsOfRequest, withLegalEntity } from './schema.ts'
import { keepAnswer, type Sending } from './sending.ts'
import { validateRequest } from './validate.ts'

/** The requesting user, and the content. */
export interface RequestCreation {
  readonly body: unknown
  /** The signed envelope, if any. */
  readonly envelope?: Uint8Array | undefined
  readonly actor: Actor
  readonly clientType: string
  /** For the audit. */
  readonly operation: string
  /** The date in Kyiv. */
  readonly today: string
  readonly mails: MailLimits
  /** Present if the request has an idempotency key. */
  readonly sending?: Sending | undefined
}

/** The outcome. */
export type Creation =
  | { readonly kind: 'created'; readonly request: ReadRequest }
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | Refused

/** Validates a request and, if it is valid, stores it, with the job that sends the invitation. */
export async function createRequest(tx: Executor, jobs: Jobs, asking: RequestCreation): Promise<Creation> {
  const { clientType, actor } = asking
  // The NHS requests for others, so it must name the legal entity.
  const body = clientType === 'NHS' ? asking.body : withLegalEntity(asking.body, actor.clientId)
  const validated = validateRequest(body, asking.today)
  const issues = 'issues' in validated ? validated.issues : []
  const ids = idsOfRequest(body)
  const denial = denialOf(asking, ids)
  if (denial !== undefined) return issues.length > 0 ? { kind: 'invalid', issues } : denial
  const references = await readReferences(tx, ids)
  const all = [...issues, ...referenceIssues(ids, references)]
  if ('issues' in validated || all.length > 0) return { kind: 'invalid', issues: all }
  return referenceRefusal(validated.data, references) ?? keep(tx, jobs, asking, validated.data)
}

const FOR_NHS_TO_REQUEST: readonly unknown[] = ['OWNER', 'PHARMACY_OWNER']

function denialOf({ clientType, actor }: RequestCreation, ids: ReturnType<typeof idsOfRequest>): Refused | undefined {
  if (clientType === 'NHS') return undefined
  if (FOR_NHS_TO_REQUEST.includes(ids.employeeType))
    return refused({ kind: 'conflict', message: `Forbidden to create ${ids.employeeType}` })
  return ids.legalEntityId === actor.clientId ? undefined : refused({ kind: 'forbidden', message: 'Access denied' })
}

async function readReferences(tx: Executor, ids: ReferenceIds): Promise<References> {
  const [row] = await tx.query<References>(findReferences(ids))
  if (row === undefined) throw new Error('the insert returned no row')
  return row
}

async function keep(tx: Executor, jobs: Jobs, asking: RequestCreation, data: EmployeeRequestData): Promise<Creation> {
  const { actor, operation, mails } = asking
  const mail = { email: data.party.email, legalEntityId: data.legal_entity_id }
  const tooMany = await findMailRefusal(tx, mail, mails)
  if (tooMany !== undefined) return refused(tooMany)
  await countMail(tx, mail)
  const [row] = await tx.query<{ id: string }>(insertRequest(data, actor.userId))
  const request = row && (await findRequestById(tx, row.id))
  if (request === undefined) throw new Error('the request that was kept is not there')
  if (asking.envelope !== undefined) await tx.query(insertEnvelope(request.id, asking.envelope))
  await jobs.enqueue(tx, INVITATION_MAIL, request.id)
  // Known users are notified before anybody can approve the request (an addition to the platform's rules).
  if ((await tx.query(findKnownUsers(request.id))).length > 0) await jobs.enqueue(tx, KNOWN_PARTY_MAIL, request.id)
  await audit(tx, actor, { action: 'write', operation, subjectKind: 'employee_request', subjectIds: [request.id] })
  await keepAnswer(tx, asking.sending, request)
  return { kind: 'created', request }
}
