/** What a command leaves in the audit: whoever runs it, by the operating system's user and the machine. */

import { hostname, userInfo } from 'node:os'
import { type Actor, type AuditEntry, audit } from '../audit/audit.ts'
import { COMMAND_MARK } from '../audit/marks.ts'
import type { Settings } from '../config/settings.ts'
import { openDatabase } from '../database/database.ts'

// A command acts for no client: the record has the nil uuid for it.
const NO_CLIENT = '00000000-0000-0000-0000-000000000000'

/** Who runs this command: in the name of the system's user, since commands know no other. */
export function commandActor({ systemUserId }: Pick<Settings, 'systemUserId'>): Actor & { readonly operator: string } {
  return {
    userId: systemUserId,
    clientId: NO_CLIENT,
    requestId: COMMAND_MARK,
    operator: `${systemUserName()}@${hostname()}`,
  }
}

// A uid without a name, as containers have them, is told by its number.
function systemUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/** Records what a command reads, before it is printed; of a write that has no transaction of its own, before it begins. */
export async function recordCommand(url: string, settings: Settings, entry: AuditEntry): Promise<void> {
  const database = openDatabase({ url, role: 'zvirka_worker', applicationName: 'zvirka audit', max: 1 })
  try {
    await audit(database, commandActor(settings), entry)
  } finally {
    await database.close()
  }
}
