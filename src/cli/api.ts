/** `zvirka api` (spec 7.1): only the REST and GraphQL API, for deployments on several machines. */
import { once } from 'node:events'
import { Command } from 'commander'
import { type Monitoring, startMonitoring } from '../observability/http.ts'
import { createMetrics } from '../observability/metrics.ts'
import { serveApi } from './api-side.ts'
import { type Context, withContext } from './context.ts'
import { refuseDemoDatabase } from './demo-database.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { openKeys } from './keys-side.ts'
import { readyDatabase } from './ready-database.ts'
import { version } from './version.ts'

/** `zvirka api`. */
export function apiCommand(): Command {
  return new Command('api')
    .description('serve the REST and GraphQL API and the admin page; scales horizontally')
    .addHelpText(
      'after',
      '\nIt listens on HOST and PORT; health and metrics are on ZVIRKA_MONITORING_HOST and _PORT. On SIGTERM it finishes open requests.',
    )
    .action(ending(() => withContext({}, runApi)))
}

async function runApi(context: Context): Promise<ExitCode> {
  const { settings, log, interrupt, defer } = context
  const access = await readyDatabase(context, 'api')
  await refuseDemoDatabase(access)
  const { url } = access
  const encryption = await openKeys({ settings, access, log, role: 'zvirka_app' })
  const metrics = createMetrics()
  defer(() => metrics.close())
  metrics.build(version())
  let monitoring: Monitoring | undefined
  // Closed after the API, so that health can be probed while requests finish.
  defer(() => monitoring?.close())
  const served = await serveApi({ settings, url, log, metrics, encryption, isMonitoredApart: true })
  defer(() => served.close())
  const { monitoringHost: host, monitoringPort: port } = settings.http
  const { checks } = served
  monitoring = await startMonitoring({
    ...{ host, hostSetting: 'ZVIRKA_MONITORING_HOST', port, anyIfTaken: true, checks, metrics },
  })
  log.info({ address: served.url }, 'API ready')
  log.info({ address: monitoring.url }, 'health and metrics of the API are served')
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort')
  return exitCode.done
}
