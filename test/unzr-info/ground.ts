/** UNZR info in tests: the running API, a job worker in the test's process, and a simulator that they ask. */
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { readSettings } from '../../src/config/settings.ts'
import { demoTrembita, requireTrembita } from '../../src/config/trembita.ts'
import type { Encryption } from '../../src/encryption/encryption.ts'
import type { JobRow } from '../../src/jobs/plans/jobs.ts'
import { JobWorker } from '../../src/jobs/worker.ts'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import type { UnzrInfoRow } from '../../src/unzr-info/plans/unzr-info.ts'
import { openInfo } from '../../src/unzr-info/sealed-info.ts'
import { findUnzrInfo } from '../../src/unzr-info/unzr-info.ts'
import { unzrInfoFailedWork, unzrInfoWork } from '../../src/unzr-info/work.ts'
import { type Answer, startTestApi, type TestApi } from '../api/api.ts'
import { until } from '../support/until.ts'

export const UNZR = '19800229-01234'

/** A person in the demographic register. */
export const PERSON = {
  ...{ unzr: UNZR, family_name: 'Косач', given_name: 'Лариса', patronymic_name: 'Петрівна', date_birth: '1980-02-29' },
  ...{ rnokpp: '0012345678', gender: 'F' },
}

export const SYNC = `
  mutation ($unzr: String!) {
    syncUnzrInfoRegister(input: { unzr: $unzr }) {
      unzrInfo { id databaseId unzr jobStatus syncedAt insertedAt insertedBy updatedAt updatedBy info { firstName } }
    }
  }`

export interface UnzrGround {
  readonly api: TestApi
  readonly simulator: Simulator
  /** Errors of the worker. */
  readonly troubles: unknown[]
  sync(token: string, unzr?: string): Promise<Answer>
  /** Starts a worker; by default it asks the simulator and encrypts with the API's keys. */
  work(registries?: Pick<Registries, 'unzrInfo' | 'breakers'>, keys?: Encryption | 'none'): Promise<JobWorker>
  row(unzr?: string): Promise<UnzrInfoRow | undefined>
  untilStatus(status: UnzrInfoRow['job_status'], unzr?: string): Promise<UnzrInfoRow>
  /** The same, for a row that cannot be decrypted. */
  untilInTable(status: UnzrInfoRow['job_status'], unzr?: string): Promise<true>
  jobs(): Promise<JobRow[]>
  asked(): number
  clear(): Promise<void>
  close(): Promise<void>
}

export async function prepareUnzrGround(options: Parameters<typeof startTestApi>[0] = {}): Promise<UnzrGround> {
  const api = await startTestApi(options)
  const simulator = await startSimulator()
  const settings = requireTrembita(readSettings({ ...demoTrembita, TREMBITA_URLS: simulator.url }))
  const opened: Registries[] = []
  const workers: JobWorker[] = []
  const troubles: unknown[] = []
  const row = async (unzr = UNZR) => {
    const stored = await findUnzrInfo(api.db.database, unzr)
    return stored && openInfo(api.encryption, stored)
  }
  const stopWorkers = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
    await Promise.all(opened.splice(0).map((each) => each.close()))
  }
  return {
    ...{ api, simulator, troubles, row },
    sync: (token, unzr = UNZR) => api.graphql(token, SYNC, { unzr }),
    async work(given, keys = api.encryption) {
      const registries = given ?? createRegistries({ settings })
      if ('close' in registries) opened.push(registries as Registries)
      const database = api.db.open({ role: 'zvirka_worker', max: 8 })
      const encryption = keys === 'none' ? undefined : keys
      const worker = new JobWorker({
        ...{ database, url: api.db.url, applicationName: 'tests jobs', stopSeconds: 1 },
        queues: [
          unzrInfoWork({ queue: api.jobs.unzrInfo, executor: database, registries, encryption }),
          unzrInfoFailedWork,
        ],
        events: { trouble: (error) => void troubles.push(error) },
      })
      workers.push(worker)
      await worker.start()
      return worker
    },
    untilStatus: (status, unzr = UNZR) =>
      until(`UNZR info to be ${status}`, async () => {
        const found = await row(unzr)
        return found?.job_status === status ? found : undefined
      }),
    untilInTable: (status, unzr = UNZR) =>
      until(`UNZR info to be ${status}`, async () => {
        const found = await findUnzrInfo(api.db.database, unzr)
        return found?.job_status === status ? true : undefined
      }),
    jobs: () =>
      api.db.database.query<JobRow>({
        text: 'select id, name as queue, singleton_key as key, state::text from pgboss.job where source_id is null',
      }),
    asked: () => simulator.calls().length,
    async clear() {
      await stopWorkers()
      await simulator.clearFaults()
      simulator.resetCalls()
      simulator.registers.unzr.delete(UNZR)
      const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
      await owner.query({ text: 'delete from pgboss.job' })
      await owner.query({ text: 'delete from mimir.unzr_info' })
      await owner.query({ text: 'delete from zvirka.audit' })
      await owner.close()
      troubles.length = 0
    },
    async close() {
      await stopWorkers()
      await simulator.close()
      await api.close()
    },
  }
}
