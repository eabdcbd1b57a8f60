/** Signing in and out. Whatever somebody signs in with, the page works with a token that shows numbers of people masked. */
import { rest } from '../graphql/request.ts'
import { queryClient } from '../graphql/use-query.ts'
import { dropToken, keepToken, token } from './token.ts'

/** A client in which somebody may sign in. */
export interface ClientChoice {
  readonly id: string
  readonly name: string
}

/** The clients in which somebody has a role, and what signing in takes besides the password. */
export interface Clients {
  readonly clients: readonly ClientChoice[]
  readonly second_factor: 'nothing' | 'code' | 'setup'
}

/** Asks for them. */
export async function findClients(email: string, password: string): Promise<Clients> {
  return (await rest('POST', 'oauth/clients', { email, password })) as Clients
}

/** What somebody signs in with. */
export interface Given {
  readonly email: string
  readonly password: string
  readonly clientId: string
  /** Of the second factor; empty: none. */
  readonly code: string
}

/** Signs in with e-mail and password, and a code where it takes one. */
export async function signIn({ email, password, clientId, code }: Given): Promise<void> {
  const given = {
    ...{ grant_type: 'password', email, password, client_id: clientId, masked: true, session: true },
    ...(code === '' ? {} : { code }),
  }
  const { value } = (await rest('POST', 'oauth/tokens', { token: given })) as { value: string }
  begin(value)
}

/** Signs in with a token, ours or a provider's: it is exchanged for one of ours that masks, and not kept. */
export async function signInWithToken(given: string): Promise<void> {
  const { value } = (await rest('POST', 'oauth/tokens/exchange', undefined, given)) as { value: string }
  begin(value)
}

/** Ends the session here and on the server. Where the server cannot be reached the token is forgotten all the same. */
export async function signOut(): Promise<void> {
  if (token() !== undefined) await rest('DELETE', 'oauth/tokens').catch(() => undefined)
  queryClient.clear()
  dropToken('left')
}

function begin(value: string): void {
  queryClient.clear()
  keepToken(value)
}
