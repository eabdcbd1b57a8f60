/** Where the registries are: in the settings, or the simulator of a `zvirka start` on the same embedded database (spec 7.1). */
import { readSettings, type Settings } from '../config/settings.ts'
import { demoTrembita, requireTrembita } from '../config/trembita.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { findSimulator } from '../synchronization/plans/workers.ts'
import { refuseDemoDatabase } from './demo-database.ts'
import { CommandFailure } from './exit.ts'
import { openImpatient } from './impatient-database.ts'

/** The settings of the demo's organisation with a simulator; the environment takes precedence. */
export function withSimulator(url: string, settings: Settings): Settings {
  return readSettings(process.env, { LOG_LEVEL: settings.log.level, ...demoTrembita, TREMBITA_URLS: url })
}

/** Settings for calling registries. Only `start` ever starts a simulator: others would verify real people with it. */
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

/** The settings that apply to a database: those of the demo that runs on it, or the environment's. */
export async function settingsFor({ url }: Pick<AcquiredDatabase, 'url'>, settings: Settings): Promise<Settings> {
  const simulator = settings.trembita.urls === undefined ? await runningSimulator(url) : undefined
  return simulator === undefined ? settings : withSimulator(simulator, settings)
}

/** The address of the simulator of a demo that runs on this database; undefined if none does. */
export async function runningSimulator(url: string): Promise<string | undefined> {
  const database = openImpatient({ url, role: 'zvirka_read', applicationName: 'zvirka simulator look-up', max: 1 })
  try {
    const [found] = await database.query<{ url: string }>(findSimulator())
    return found?.url
  } finally {
    await database.close()
  }
}
