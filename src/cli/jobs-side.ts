/** Builds the job part of a worker from the settings: pool, job worker and periodic tasks. */
import type { JobServices } from '../api/job-services.ts'
import type { Settings } from '../config/settings.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { mailHooks, mailWork } from '../employee-requests/mails-work.ts'
import type { RequestPolicy } from '../employee-requests/policy.ts'
import type { Encryption } from '../encryption/encryption.ts'
import { FOLLOW_MILLISECONDS, followKeys } from '../encryption/known-keys.ts'
import { Jobs } from '../jobs/jobs.ts'
import { countQueues } from '../jobs/plans/queues.ts'
import type { QueueWork } from '../jobs/queue.ts'
import { JobWorker } from '../jobs/worker.ts'
import { createMailer, NOT_CONFIGURED } from '../mail/mailer.ts'
import type { JobMeter, QueueUse } from '../observability/job-metrics.ts'
import type { Log } from '../observability/log.ts'
import type { Metrics } from '../observability/metrics.ts'
import { throttled } from '../observability/throttle.ts'
import type { Registries } from '../registries/registries.ts'
import { unzrInfoQueue } from '../unzr-info/queue.ts'
import { sealPlainInfo } from '../unzr-info/sealed-info.ts'
import { unzrInfoHooks } from '../unzr-info/unzr-info.ts'
import { unzrInfoFailedWork, unzrInfoWork } from '../unzr-info/work.ts'
import { publicUrlOf } from './public-url.ts'
import { repeat } from './repeat.ts'

/** The options in addition to the settings. */
interface JobsSideOptions {
  readonly settings: Settings
  readonly url: string
  readonly kind: 'worker' | 'start'
  readonly log: Log
  readonly metrics: Metrics
  readonly registries: Registries
  readonly encryption: Encryption | undefined
  /** The API's address, if this process serves it: the base of links in mails unless ZVIRKA_PUBLIC_URL is set. */
  readonly apiUrl?: string
}

/** The running job part of a worker. */
interface JobsSide {
  /** Takes no more jobs, finishes or releases those in progress, and closes everything. */
  close(): Promise<void>
}

/** Enqueues jobs for the API, until closed. */
export interface OpenJobServices extends JobServices {
  close(): Promise<void>
}

const SHOW_MILLISECONDS = 15_000
const POOL_SIZE = 8
const GRACE_MILLISECONDS = 2000

/** Starts to process jobs. Throws if the database is unreachable. */
export async function openJobsSide(options: JobsSideOptions): Promise<JobsSide> {
  const { settings, url, kind, log, metrics, registries, encryption } = options
  const applicationName = `zvirka ${kind} jobs`
  const patience = (settings.worker.leaseSeconds * 1000) / 2
  const database = openDatabase({
    ...{ url, role: 'zvirka_worker', applicationName, max: POOL_SIZE, answerMs: Math.max(2 * patience, 5000) },
    ...{ idleInTransactionMs: patience, lockTimeoutMs: patience, tcpUserTimeoutMs: patience },
  })
  metrics.watchPool('jobs', () => database.use())
  const queue = unzrInfoQueue(settings.unzrInfo.maxAttempts)
  const meter = metrics.jobs()
  const mailer = createMailer(settings.mail)
  const works = [
    unzrInfoWork({ queue, executor: database, registries, encryption }),
    unzrInfoFailedWork,
    ...mailWork({
      ...{ executor: database, mailer, publicUrl: publicUrlOf(settings, options.apiUrl) },
      mails: requestPolicyOf(settings).mails,
    }),
  ]
  if (mailer.transport === 'none')
    log.warn({ code: NOT_CONFIGURED }, 'mails are not sent: neither SMTP_URL nor POSTMARK_TOKEN is set')
  const queues = works.map((work) => measured(work, meter))
  meter.expectJobs(queues.map(({ name }) => name))
  const warn = throttled(log.warn)
  const worker = new JobWorker({
    ...{ database, url, applicationName, queues },
    stopSeconds: settings.worker.stopSeconds,
    events: {
      trouble: (error, where) => warn({ error, reason: where }, 'job engine error, retrying'),
      ended: (name, state, code) => {
        meter.jobAttempt(name, state)
        log.info({ reason: name, state, ...(code === undefined ? {} : { code }) }, 'job attempt ended')
      },
    },
  })
  try {
    await worker.start()
    const duties = beginDuties(options, {
      show: () => showQueues(database, queues, meter),
      seal: encryption && (() => seal(database, encryption)),
    })
    return {
      async close() {
        // An unresponsive database is waited for as long as calls are, plus a little for what follows.
        const grace = setTimeout(() => void database.close(0), settings.worker.stopSeconds * 1000 + GRACE_MILLISECONDS)
        try {
          await Promise.all([duties.end(), worker.stop()])
        } finally {
          clearTimeout(grace)
        }
        await database.close(GRACE_MILLISECONDS)
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Opens enqueuing, and manual retry and cancel, for the API; close it before its database. */
export async function openJobServices(database: Database, settings: Settings, log: Log): Promise<OpenJobServices> {
  const warn = throttled(log.warn)
  const trouble = (error: unknown) => warn({ error }, 'job engine error, retrying')
  const jobs = await Jobs.open(database, trouble)
  const unzrInfo = unzrInfoQueue(settings.unzrInfo.maxAttempts)
  const requests = requestPolicyOf(settings)
  return { jobs, unzrInfo, requests, hooks: [unzrInfoHooks(unzrInfo), ...mailHooks()], close: () => jobs.close() }
}

function requestPolicyOf({ employeeRequests }: Settings): RequestPolicy {
  const { knownParty, mailsPerRecipient, mailsPerLegalEntity } = employeeRequests
  return { knownParty, mails: { perRecipient: mailsPerRecipient, perLegalEntity: mailsPerLegalEntity } }
}

function measured(work: QueueWork, meter: JobMeter): QueueWork {
  return {
    ...work,
    async perform(job) {
      const began = performance.now()
      try {
        return await work.perform(job)
      } finally {
        meter.jobTook(work.name, performance.now() - began)
      }
    },
  }
}

async function showQueues(database: Database, queues: readonly QueueWork[], meter: JobMeter): Promise<void> {
  meter.queues(await database.query<QueueUse>(countQueues(queues.map(({ name }) => name))))
}

async function seal(database: Database, encryption: Encryption): Promise<void> {
  await followKeys(database, encryption)
  while ((await sealPlainInfo(database, encryption)) > 0);
}

interface Duties {
  show(): Promise<void>
  /** The periodic task for encrypted values, if there are keys. */
  readonly seal: (() => Promise<void>) | undefined
}

function beginDuties({ log, metrics }: JobsSideOptions, { show, seal }: Duties): { end(): Promise<void> } {
  const ending = new AbortController()
  const options = { signal: ending.signal, log, metrics }
  const duties = [repeat(options, 'queues', SHOW_MILLISECONDS, show)]
  if (seal !== undefined) duties.push(repeat(options, 'keys', FOLLOW_MILLISECONDS, seal))
  return {
    async end() {
      ending.abort()
      await Promise.all(duties)
    },
  }
}
