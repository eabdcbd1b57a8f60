/** Steps 2 to 5 of UNZR info (spec 4.1.3): ask the registry once, and return what to write. The queue sets the delays and the number of attempts. */
import type { Executor } from '../database/query.ts'
import type { Encryption } from '../encryption/encryption.ts'
import type { JobVerdict, JobWork, Queue, QueueWork } from '../jobs/queue.ts'
import type { Registries } from '../registries/registries.ts'
import { findUnzr, setFailedAt, setProcessed } from './plans/unzr-info.ts'
import { UNZR_INFO_FAILED } from './queue.ts'
import { sealInfo } from './sealed-info.ts'

/** The registries, and the database of the rows. */
interface UnzrInfoWorkOptions {
  readonly queue: Queue
  readonly executor: Executor
  readonly registries: Pick<Registries, 'unzrInfo' | 'breakers'>
  /** The keys to encrypt answers with; without any the registry is not asked. */
  readonly encryption: Encryption | undefined
}

/** Concurrent jobs in one worker: people request them one at a time. */
const CONCURRENCY = 4
/** Seconds between attempts (spec 4.1). */
const PAUSES = [1, 2]

/** Permanently failed jobs: their row has failed as well, unless it was requested again meanwhile. */
export const unzrInfoFailedWork: QueueWork = {
  ...UNZR_INFO_FAILED,
  concurrency: 1,
  pauses: PAUSES,
  perform: async ({ key, enqueuedAt }) => ({
    kind: 'done',
    write: async (tx) => void (await tx.query(setFailedAt(key, enqueuedAt))),
  }),
}

/** The queue's jobs, and how to process them. */
export function unzrInfoWork({ queue, executor, registries, encryption }: UnzrInfoWorkOptions): QueueWork {
  return {
    ...queue,
    concurrency: CONCURRENCY,
    pauses: PAUSES,
    async perform({ key, signal }) {
      const [row] = await executor.query<{ unzr: string }>(findUnzr(key))
      if (row === undefined) return failed('row_missing', true)
      if (encryption === undefined) return failed('no_encryption_key', false)
      return ask(registries, { key, signal }, row.unzr, encryption)
    },
  }
}

async function ask(
  registries: UnzrInfoWorkOptions['registries'],
  { key, signal }: Pick<JobWork, 'key' | 'signal'>,
  unzr: string,
  encryption: Encryption,
): Promise<JobVerdict> {
  const breaker = registries.breakers.unzr
  // Nothing else asks this service, so nothing else would find out that it has recovered.
  const probe = breaker.isOpen
  if (probe && breaker.msUntilProbe() > 0) return failed('breaker_open', false)
  const result = await registries.unzrInfo({ unzr }, { signal, probe })
  switch (result.kind) {
    case 'answer': {
      const { value } = result
      // Encrypted when it is written, because another key may be active by then.
      const seal = () => (value === null ? null : sealInfo(encryption, { id: key, unzr }, value))
      return { kind: 'done', write: async (tx) => void (await tx.query(setProcessed(key, seal()))) }
    }
    case 'technical_error':
      return failed(result.code, isFinal(result.code))
    case 'aborted':
      return signal.aborted ? { kind: 'given_back' } : failed('not_asked', false)
  }
}

function failed(code: string, isFinal: boolean): JobVerdict {
  return { kind: 'failed', code, isFinal }
}

/** Faults Client.* (Sender in SOAP 1.2) mean that the request is wrong, and a retry would be the same (spec 4.1). */
function isFinal(code: string): boolean {
  return code === 'unsendable' || /^(Client|Sender)(\.|$)/.test(code)
}
