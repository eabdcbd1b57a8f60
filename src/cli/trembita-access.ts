/** Where the registries are: in the settings, or the simulator of a `zvirka start` on the same embedded database (spec 7.1). */
import { readSettings, type Settings } from '../config/settings.ts'
import { demoTrembita, requireTrembita } from '../config/trembita.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { openDatabase } from '../database/database.ts'
import { findSimulator } from '../synchronization/plans/workers.ts'
import { refuseDemoDatabase } from './demo-database.ts'
import { CommandFailure } from './exit.ts'

/** The settings of the demo's organisation, with a simulator to ask; what the environment sets wins. */
export function withSimulator(url: string, settings: Settings): Settings {
  return readSettings(process.env, { LOG_LEVEL: settings.log.level, ...demoTrembita, TREMBITA_URLS: url })
}

/** Settings with which registries can be called. No command but `start` ever starts a simulator: it would verify real people. */
export async function withRegistries(settings: Settings, access: AcquiredDatabase): Promise<Settings> {
  if (settings.trembita.urls !== undefined) {
    requireTrembita(settings)
    await refuseDemoDatabase(access)
    return settings
  }
  const url = access.embedded ? await runningSimulator(access.url) : undefined
  if (url === undefined) {
    throw new CommandFailure(
      'TREMBITA_URLS is not set, so there is no registry to ask',
      access.embedded
        ? 'set it, or run `npm start` in another terminal to use its simulator'
        : 'set TREMBITA_URLS and its related settings, see docs/configuration.md',
    )
  }
  return withSimulator(url, settings)
}

/** The settings by which a database is served: those of the demo that runs on it now, or of the environment. */
export async function settingsFor({ url }: Pick<AcquiredDatabase, 'url'>, settings: Settings): Promise<Settings> {
  const simulator = settings.trembita.urls === undefined ? await runningSimulator(url) : undefined
  return simulator === undefined ? settings : withSimulator(simulator, settings)
}

/** Where the simulator of a demo is that runs on this database now; undefined: none does. */
export async function runningSimulator(url: string): Promise<string | undefined> {
  const database = openDatabase({ url, role: 'zvirka_read', applicationName: 'zvirka simulator look-up', max: 1 })
  try {
    const [found] = await database.query<{ url: string }>(findSimulator())
    return found?.url
  } finally {
    await database.close()
  }
}
