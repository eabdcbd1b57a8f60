/**
 * A command that uses the embedded database of the clone in its first argument: prints its connection as one JSON line, then obeys commands
 * on its standard input, one word a line. With `write` it inserts the numbers from 1 on into a table and prints each one once it is
 * acknowledged.
 */
import { createInterface } from 'node:readline'
import { connect } from '../../src/database/connection.ts'
import { acquireEmbedded } from '../../src/database/embedded/embedded.ts'

async function write(url: string): Promise<void> {
  const client = await connect({ url, applicationName: 'writer' })
  await client.query('create table if not exists acknowledged (number int)')
  const { rows } = await client.query<{ last: number }>('select coalesce(max(number), 0) as last from acknowledged')
  for (let number = (rows[0]?.last ?? 0) + 1; ; number += 1) {
    await client.query('insert into acknowledged values ($1)', [number])
    process.stdout.write(`${number}\n`)
  }
}

const [cloneDirectory = ''] = process.argv.slice(2)
const acquired = await acquireEmbedded({ cloneDirectory })
process.stdout.write(`${JSON.stringify({ url: acquired.url, stateDirectory: acquired.stateDirectory })}\n`)

for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'release') break
  if (word === 'write') write(acquired.url).catch(() => undefined)
}
await acquired.release()
process.exit()
