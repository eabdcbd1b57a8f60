/** Signing in and out. The page always works with a token that masks numbers, whatever the user signed in with. */
import { rest } from '../graphql/request.ts'
import { queryClient } from '../graphql/use-query.ts'
import { dropToken, keepToken, token } from './token.ts'

/** A client in which somebody may sign in. */
export interface ClientChoice {
  readonly id: string
  readonly name: string
}

/** The clients in which a user has a role, and what else signing in requires. */
export interface Clients {
  readonly clients: readonly ClientChoice[]
  readonly second_factor: 'nothing' | 'code' | 'setup'
}

/** Loads them. */
export async function findClients(email: string, password: string): Promise<Clients> {
  return (await rest('POST', 'oauth/clients', { email, password })) as Clients
}

/** The user's input. */
export interface Given {
  readonly email: string
  readonly password: string
  readonly clientId: string
  /** The second factor's code; empty if none. */
  readonly code: string
}

/** Signs in with e-mail, password and, if required, a code. */
export async function signIn({ email, password, clientId, code }: Given): Promise<void> {
  const given = {
    ...{ grant_type: 'password', email, password, client_id: clientId, masked: true, session: true },
    ...(code === '' ? {} : { code }),
  }
  const { value } = (await rest('POST', 'oauth/tokens', { token: given })) as { value: string }
  begin(value)
}

/** Signs in with our token or a provider's: it is exchanged for a masking one and not kept. */
export async function signInWithToken(given: string): Promise<void> {
  const { value } = (await rest('POST', 'oauth/tokens/exchange', undefined, given)) as { value: string }
  begin(value)
}

/** Ends the session here and on the server. If the server is unreachable, the token is dropped anyway. */
export async function signOut(): Promise<void> {
  if (token() !== undefined) await rest('DELETE', 'oauth/tokens').catch(() => undefined)
  queryClient.clear()
  dropToken('left')
}

function begin(value: string): void {
  queryClient.clear()
  keepToken(value)
}
