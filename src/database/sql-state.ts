import pg from 'pg'
import { errorCodeOf } from '../observability/errors.ts'

/** The SQLSTATEs that this code handles (PostgreSQL, appendix A). */
export const sqlStates = {
  duplicateObject: '42710',
  insufficientPrivilege: '42501',
  internalError: 'XX000',
  readOnlyTransaction: '25006',
  idleInTransaction: '25P03',
  notInPrerequisiteState: '55000',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
  uniqueViolation: '23505',
  foreignKeyViolation: '23503',
  duplicateDatabase: '42P04',
} as const

/** The SQLSTATE of an error of the server, undefined for any other. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

const LOST = /^(Connection terminated|Client has encountered a connection error)/
const LOST_CODES: ReadonlySet<string | undefined> = new Set([
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'],
])

/** Whether a connection ended during a statement: the driver gives a message, Node a code. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && (LOST.test(error.message) || LOST_CODES.has(errorCodeOf(error)))
}
