/**
 * A look into the embedded database of this clone, for the documents: `npx node docs/sql.ts "select …"` prints the rows as JSON. With the
 * role that may read alone.
 */
import { openDatabase } from '../src/database/database.ts'
import { acquireEmbedded } from '../src/database/embedded/embedded.ts'

const [text = 'select'] = process.argv.slice(2)
const { url, release } = await acquireEmbedded()
const database = openDatabase({ url, role: 'zvirka_read', applicationName: 'zvirka docs', max: 1 })
try {
  process.stdout.write(`${JSON.stringify(await database.query({ text }), null, 2)}\n`)
} finally {
  await database.close()
  await release()
}
