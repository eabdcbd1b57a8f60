/** Whether a database is a demo's (migration 0011). What serves real people, or asks real registries, keeps away from it. */
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

/** Ends the command where the database is a demo's. */
export async function refuseDemoDatabase(access: AcquiredDatabase): Promise<void> {
  if (!(await isDemoDatabase(access))) return
  throw new CommandFailure(
    'the database is a demo’s: it holds made-up people, and users whose tokens and passwords are known',
    access.embedded
      ? 'set DATABASE_URL to a database that no demo has filled, or begin anew: stop everything and delete .zvirka/'
      : 'set DATABASE_URL to a database that no demo has filled',
  )
}
