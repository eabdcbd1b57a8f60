/** `zvirka worker` (spec 7.1): takes part in every run of the cluster, and starts scheduled ones. */
import { once } from 'node:events'
import { Command } from 'commander'
import { type Monitoring, startMonitoring } from '../observability/http.ts'
import { createMetrics } from '../observability/metrics.ts'
import { type Context, withContext } from './context.ts'
import { doDuties } from './duties.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { openJobsSide } from './jobs-side.ts'
import { openKeys } from './keys-side.ts'
import { readinessChecks } from './readiness.ts'
import { readyDatabase } from './ready-database.ts'
import { openCommandTracing } from './tracing.ts'
import { withRegistries } from './trembita-access.ts'
import { openWorkerSide } from './worker-side.ts'

/** `zvirka worker`. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a long-running worker; scales horizontally')
    .addHelpText(
      'after',
      '\nHealth and metrics are served on ZVIRKA_WORKER_PORT. On SIGTERM it finishes or releases its claims.',
    )
    .action(ending(() => withContext({}, runWorker)))
}

async function runWorker(context: Context): Promise<ExitCode> {
  const { log, interrupt, defer } = context
  const access = await readyDatabase(context, 'work')
  const settings = await withRegistries(context.settings, access)
  const encryption = await openKeys({ settings, access, log, role: 'zvirka_worker' })
  const metrics = createMetrics()
  defer(() => metrics.close())
  const tracing = await openCommandTracing(context)
  const side = openWorkerSide({ settings, url: access.url, kind: 'worker', log, metrics, tracing })
  defer(() => side.close())
  const jobs = await openJobsSide({
    settings,
    url: access.url,
    kind: 'worker',
    log,
    metrics,
    encryption,
    registries: side.registries,
  })
  defer(() => jobs.close())
  await side.worker.start()
  defer(() => Promise.all([side.worker.stop(), jobs.close()]))
  const monitoring: Monitoring = await startMonitoring({
    host: settings.http.monitoringHost,
    hostSetting: 'ZVIRKA_MONITORING_HOST',
    port: settings.http.workerPort,
    anyIfTaken: true,
    checks: readinessChecks(side, settings.worker.leaseSeconds),
    metrics,
  })
  defer(() => monitoring.close())
  log.info(
    { worker: side.worker.workerId, address: monitoring.url },
    'the worker is ready and serves health and metrics',
  )
  const duties = doDuties({ settings, url: access.url, side, log, metrics, signal: interrupt.signal })
  if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort')
  await duties
  return exitCode.done
}
