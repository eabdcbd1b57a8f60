/** Whether each connection has a session of its own: not behind a connection pooler that assigns a session to each transaction. */
import type pg from 'pg'
import { sayCommand } from '../messages/command-messages.ts'
import { bare } from '../messages/message.ts'
import { connect } from './connection.ts'

/** A connection pooler shares sessions among its clients. */
export class SharedSessionsError extends Error {
  readonly hint = sayCommand(bare('use_session_pooling'))

  constructor() {
    super(sayCommand(bare('sessions_shared')))
  }
}

/** Whether a second connection changes the session of the first. */
export async function sharesSessions(first: pg.ClientBase, second: pg.ClientBase): Promise<boolean> {
  const set = `select set_config('zvirka.session', $1, false)`
  await first.query(set, ['first'])
  await second.query(set, ['second'])
  const { rows } = await first.query<{ mine: string }>(`select current_setting('zvirka.session') as mine`)
  return rows[0]?.mine !== 'first'
}

/** @throws SharedSessionsError if a second connection to the database shares the session of this one */
export async function expectOwnSession(client: pg.ClientBase, url: string): Promise<void> {
  const other = await connect({ url, applicationName: 'zvirka session check' })
  const areShared = await sharesSessions(client, other).finally(() => other.end())
  if (areShared) throw new SharedSessionsError()
}
