/** Watches the certificates for the security servers while a process uses them: metric, warnings, renewal (spec 3.2). */
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { createExpiryWatch, daysLeft } from '../trembita/expiry.ts'
import type { Expiry } from '../trembita/tls.ts'
import type { ReloadHook } from '../trembita/transport.ts'

const lookEveryMs = 3_600_000

/** Watches the certificates that `certificates` returns. */
interface CertificateWatch {
  /** Must be called when the files were replaced. */
  readonly onReload: ReloadHook
  /** Checks now, and then every hour. */
  start(certificates: () => readonly Expiry[]): void
  stop(): void
}

/** A watch that reports to the log and the metrics. */
export function watchCertificates(
  log: Log,
  metrics: Pick<Metrics, 'watchCertificates'>,
  now: () => number = Date.now,
): CertificateWatch {
  const dueWarnings = createExpiryWatch()
  let timer: NodeJS.Timeout | undefined
  let told: string | undefined

  const look = (certificates: readonly Expiry[]) => {
    for (const { of, days, isOver } of dueWarnings(certificates, now())) {
      const whose = of === 'client' ? 'the client certificate for' : 'a pinned certificate of'
      const fields = { certificate: of, days }
      if (isOver) log.error(fields, `${whose} the security servers has expired: calls with it fail`)
      else log.warn(fields, `${whose} the security servers expires soon`)
    }
  }

  return {
    onReload({ problem, certificates }) {
      if (problem === undefined) log.info({}, 'new certificates loaded')
      // The files are read every 10 s; an unusable file is logged once.
      else if (problem.message !== told)
        log.warn({ error: problem }, `could not load new certificates, the old ones stay in use: ${problem.hint}`)
      told = problem?.message
      look(certificates)
    },
    start(certificates) {
      metrics.watchCertificates(() => certificates().map((each) => ({ of: each.of, days: daysLeft(each, now()) })))
      look(certificates())
      timer = setInterval(() => look(certificates()), lookEveryMs).unref()
    },
    stop: () => clearInterval(timer),
  }
}
