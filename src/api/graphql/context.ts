import type { Principal } from '../../access/principal.ts'
import type { Actor, ReadAudit } from '../../audit/audit.ts'
import type { Database } from '../../database/database.ts'
import type { Encryption } from '../../encryption/encryption.ts'
import type { ApiMeter } from '../../observability/api-metrics.ts'
import type { JobServices } from '../job-services.ts'
import type { NumberLookups } from '../number-lookups.ts'
import type { Operations } from '../operations.ts'
import type { Follower } from './followers.ts'
import type { RequestWork } from './work.ts'

/** What every resolver can use. */
export interface GraphqlContext {
  readonly principal: Principal
  /** Starts a stream, which ends when the token becomes invalid. */
  readonly follow: () => Follower
  readonly database: Database
  readonly jobs: JobServices
  /** The keys that encrypt secrets and answers about people; `requireKeys` throws if there are none. */
  readonly encryption: Encryption | undefined
  readonly meter: ApiMeter | undefined
  readonly requestId: string
  readonly address: string
  /** How this installation runs the processes. */
  readonly operations: Operations
  /** The acting user, for the audit. */
  readonly actor: Actor
  /** Notes whose identity data was read; recorded before the answer is sent. */
  readonly reads: ReadAudit
  /** Looks up people by number; one instance per HTTP request. */
  readonly lookups: NumberLookups
  /** The cost budget of the HTTP request. */
  readonly work: RequestWork
}
