/** Runs the program's commands as separate processes, and provides a token for the API. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ROLES } from '../src/access/matrix.ts'
import { issueToken } from '../src/access/tokens.ts'
import type { Database } from '../src/database/database.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Creates a client of the NHS with an administrator, and issues a token for them. */
export async function provideToken(owner: Database): Promise<string> {
  const [clientId, userId] = [randomUUID(), randomUUID()]
  const statements: [string, unknown[]][] = [
    [`insert into prm.legal_entities (id, name, type, status) values ($1, 'НСЗУ', 'NHS', 'ACTIVE')`, [clientId]],
    [
      `insert into mithril.clients (id, name, client_type_id) select $1, 'НСЗУ', id from mithril.client_types where name = 'NHS'`,
      [clientId],
    ],
    ['insert into mithril.users (id, email) values ($1, $2)', [userId, `${userId}@example.org`]],
    [
      `insert into mithril.user_roles (user_id, client_id, role_id) select $1, $2, id from mithril.roles where name = 'NHS ADMIN'`,
      [userId, clientId],
    ],
  ]
  for (const [text, values] of statements) await owner.query({ text, values })
  const scope = (ROLES['NHS ADMIN'] ?? []).join(' ')
  return (await issueToken(owner, { name: 'bench', userId, clientId, scope, seconds: 3600 })).value
}

/** Starts a command and returns the address from its log. */
export async function startCommand(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<{ address: string; pid: number; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, name], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  if (child.stderr === null) throw new Error('no log')
  for await (const line of createInterface({ input: child.stderr })) {
    const { address } = JSON.parse(line) as { address?: string }
    if (address === undefined) continue
    child.stderr.resume()
    return {
      address,
      pid: child.pid ?? 0,
      async stop() {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      },
    }
  }
  throw new Error(`zvirka ${name} ended before it was ready`)
}
