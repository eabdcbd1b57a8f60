/** Whether a database belongs to a demo (migration 0011). Production commands refuse it. */
import type { AcquiredDatabase } from '../database/acquire.ts'
import { openDatabase } from '../database/database.ts'
import { CommandFailure } from './exit.ts'

/** Whether a demo has filled it. */
export async function isDemoDatabase({ url }: Pick<AcquiredDatabase, 'url'>): Promise<boolean> {
  const database = openDatabase({ url, role: 'zvirka_read', applicationName: 'zvirka demo check', max: 1 })
  try {
    const [row] = await database.query<{ is_demo: boolean }>({ text: 'select zvirka.is_demo() as is_demo' })
    return row?.is_demo === true
  } finally {
    await database.close()
  }
}

/** Ends the command if the database is a demo's. */
export async function refuseDemoDatabase(access: AcquiredDatabase): Promise<void> {
  if (!(await isDemoDatabase(access))) return
  throw new CommandFailure(
    'this is a demo database: it contains made-up people, and users with known tokens and passwords',
    access.embedded
      ? 'set DATABASE_URL to a database without demo data, or start over: stop everything and delete .zvirka/'
      : 'set DATABASE_URL to a database without demo data',
  )
}
