/** Tokens made directly in a database, for processes under test. */
import { randomUUID } from 'node:crypto'
import { createApiClient, createToken, createUser } from '../../src/access/admin.ts'
import type { Database } from '../../src/database/database.ts'

interface TokenOwner {
  /** Default: the NHS. */
  readonly client?: { readonly id?: string; readonly type: string; readonly name: string; readonly edrpou: string }
  /** Default: NHS ADMIN. */
  readonly role?: string
  readonly scope: string
}

/** Creates a client, a user with a role in it, and a token with these scopes; returns the token. */
export async function makeToken(owner: Database, { client, role = 'NHS ADMIN', scope }: TokenOwner): Promise<string> {
  const by = { userId: randomUUID() }
  const { id = randomUUID(), ...described } = client ?? { type: 'NHS', name: 'NHS', edrpou: '42032422' }
  const user = { email: `${randomUUID()}@example.org`, role, clientId: id }
  await createApiClient(owner, { id, ...described }, by)
  await createUser(owner, user, by)
  const made = await createToken(owner, { ...user, scope, days: 1, name: 'test' }, by)
  if (made.kind === 'refused') throw new Error(made.reason)
  return made.value.value
}
