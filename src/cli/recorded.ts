/** Audit records of commands: the user is the operating system's user and the machine. */

import { hostname, userInfo } from 'node:os'
import { type Actor, type AuditEntry, audit } from '../audit/audit.ts'
import { COMMAND_MARK } from '../audit/marks.ts'
import type { Settings } from '../config/settings.ts'
import { openImpatient } from './impatient-database.ts'

// A command acts for no client: the record has the nil uuid for it.
const NO_CLIENT = '00000000-0000-0000-0000-000000000000'

/** The author of this command: the system user, since commands have no other. */
export function commandActor({ systemUserId }: Pick<Settings, 'systemUserId'>): Actor & { readonly operator: string } {
  return {
    userId: systemUserId,
    clientId: NO_CLIENT,
    requestId: COMMAND_MARK,
    operator: `${systemUserName()}@${hostname()}`,
  }
}

// A uid without a name, as in containers, is shown as its number.
function systemUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/** Audits what a command reads, before it is printed; for a write without its own transaction, before it starts. */
export async function recordCommand(url: string, settings: Settings, entry: AuditEntry): Promise<void> {
  const database = openImpatient({ url, role: 'zvirka_worker', applicationName: 'zvirka audit', max: 1 })
  try {
    await audit(database, commandActor(settings), entry)
  } finally {
    await database.close()
  }
}
