/**
 * One call: attempts with a fresh id each, until an answer, an error that asking again would not mend, or the end of patience
 * (spec 3.2, 2.6). What protects a service (breaker, budget of retries, admission) belongs to the service and is given with it.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Reading, readAnswer } from './answer.ts'
import type { Breaker } from './breaker.ts'
import { type Clock, steadyClock } from './clock.ts'
import type { RequestTemplate, ServiceDefinition, Value } from './envelope.ts'
import { isRetryable, speaksAgainstServer, type Whose } from './faults.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Servers } from './servers.ts'
import type { Received, Transport } from './transport.ts'
import type { XmlElement } from './xml.ts'

/** What a registry's answer says, or why it says nothing. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly whose: Whose }

/** Lets attempts in, so many at once and so many a second. */
export interface Admission {
  /** True once the attempt may be made; false if the signal was aborted first. A promise only where there is something to wait for. */
  enter(signal?: AbortSignal): boolean | Promise<boolean>
  /** An attempt that was let in has ended. */
  leave(): void
  /** Sends away all who wait, as if their signals had been aborted: the breaker has just opened. */
  turnAway(): void
}

/** One service of a registry, with all that is kept for it in this process. */
export interface Service<T> {
  /** Our name for it, for logs and metrics. */
  readonly name: string
  readonly definition: ServiceDefinition
  readonly template: RequestTemplate
  read(wrapper: XmlElement): Outcome<T>
  readonly breaker: Breaker
  readonly budget: RetryBudget
  readonly admission: Admission
}

/** How a call ended. `messageId` and `milliseconds` are those of the last attempt. */
export type CallResult<T> =
  | {
      readonly kind: 'answer'
      readonly value: T
      readonly messageId: string
      readonly milliseconds: number
      readonly attempts: number
    }
  | {
      readonly kind: 'technical_error'
      readonly whose: Whose
      /** Stable and of few values: `timeout`, `http_502`, `status_-2`, `Server.ClientProxy.NetworkError` … */
      readonly code: string
      readonly messageId: string | null
      readonly milliseconds: number
      readonly attempts: number
    }
  /** Not asked, or given up on the caller's signal, or because the breaker opened before it was sent. No error. */
  | { readonly kind: 'aborted' }

/** One attempt that ended, for metrics. */
export interface Attempt {
  readonly service: string
  readonly outcome: 'answer' | 'subject_error' | 'service_error' | 'aborted'
  readonly milliseconds: number
  /** Of an error. */
  readonly code?: string
}

/** The log line of an attempt that failed: all that it may say. */
export interface FailedAttempt {
  readonly service: string
  readonly server: string
  readonly messageId: string
  readonly code: string
  readonly whose: Whose
  readonly attempts: number
  readonly milliseconds: number
  /** HTTP status, where there was one. */
  readonly status?: number
  readonly faultDetail?: string
  readonly transactionId?: string
}

/** What a client is made of. Clock, chance and waiting can be replaced for tests. */
export interface ClientOptions {
  readonly transport: Transport
  readonly servers: Servers
  readonly observe?: (attempt: Attempt) => void
  readonly log?: { warn(fields: FailedAttempt, message: string): void }
  readonly clock?: Clock
  readonly random?: () => number
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<boolean>
}

/** How a single call is to be made. */
export interface CallOptions {
  /** Gives the call up wherever it is. */
  readonly signal?: AbortSignal | undefined
  /** Gives the call up only where it is not under way: waiting for its turn, or to be repeated. In place of `signal` there. */
  readonly hold?: AbortSignal | undefined
  /** The call is a probe of an open breaker: it is sent all the same, once, and tells the breaker how it ended. */
  readonly probe?: boolean | undefined
  /** False: one attempt, for callers that repeat by themselves. */
  readonly retry?: boolean | undefined
}

/** Calls services. */
export interface TrembitaClient {
  call<T>(service: Service<T>, values: readonly Value[], options?: CallOptions): Promise<CallResult<T>>
}

const maxAttempts = 3
const backoffMs = 200
const aborted = { kind: 'aborted' } as const

type Ended<T> = Exclude<CallResult<T>, { kind: 'aborted' }>

/** A client over a transport. */
export function createClient(options: ClientOptions): TrembitaClient {
  const {
    transport,
    servers,
    observe,
    log,
    clock = steadyClock,
    random = Math.random,
    sleep = sleepUnlessAborted,
  } = options

  async function attempt<T>(
    service: Service<T>,
    values: readonly Value[],
    server: number,
    attempts: number,
    signal: AbortSignal | undefined,
  ): Promise<CallResult<T>> {
    const messageId = randomUUID()
    const body = service.template.write(messageId, values)
    if (body === undefined) {
      return {
        kind: 'technical_error',
        whose: 'subject',
        code: 'unsendable',
        messageId: null,
        milliseconds: 0,
        attempts,
      }
    }
    const started = clock()
    const received = await transport.send(server, service.template.headers, body, signal)
    const milliseconds = Math.round(clock() - started)
    if (received.kind === 'aborted') {
      observe?.({ service: service.name, outcome: 'aborted', milliseconds })
      return aborted
    }
    const verdict = judge(service, messageId, received)
    if (verdict.ok) {
      servers.succeeded(server)
      service.breaker.record('good')
      observe?.({ service: service.name, outcome: 'answer', milliseconds })
      return { kind: 'answer', value: verdict.value, messageId, milliseconds, attempts }
    }
    const { code, whose } = verdict
    if (speaksAgainstServer(code)) servers.failed(server)
    else servers.succeeded(server)
    const outcome = whose === 'service' ? 'service_error' : 'subject_error'
    const wasOpen = service.breaker.isOpen
    service.breaker.record(outcome)
    if (service.breaker.isOpen && !wasOpen) service.admission.turnAway()
    observe?.({ service: service.name, outcome, milliseconds, code })
    log?.warn(
      {
        ...{
          service: service.name,
          server: transport.urls[server] ?? '',
          messageId,
          code,
          whose,
          attempts,
          milliseconds,
        },
        ...(received.kind === 'response' ? { status: received.status } : {}),
        ...(verdict.faultDetail === undefined ? {} : { faultDetail: verdict.faultDetail }),
        ...(received.transactionId === undefined ? {} : { transactionId: received.transactionId }),
      },
      'a call to a registry failed',
    )
    return { kind: 'technical_error', whose, code, messageId, milliseconds, attempts }
  }

  async function admitted<T>(
    service: Service<T>,
    values: readonly Value[],
    server: number,
    attempts: number,
    { signal, hold = signal, probe = false }: CallOptions,
  ): Promise<CallResult<T>> {
    const entering = service.admission.enter(hold)
    if (!(entering === true || (await entering))) return aborted
    try {
      // It may have opened while this call waited its turn.
      if (service.breaker.isOpen && !probe) return aborted
      return await attempt(service, values, server, attempts, signal)
    } finally {
      service.admission.leave()
    }
  }

  async function attemptAll<T>(
    service: Service<T>,
    values: readonly Value[],
    callOptions: CallOptions,
  ): Promise<CallResult<T>> {
    const { signal, hold = signal, probe = false, retry = true } = callOptions
    let last: Ended<T> | undefined
    let server: number | undefined
    for (let attempts = 1; ; attempts += 1) {
      if (service.breaker.isOpen && !probe) return last ?? aborted
      if (attempts === 1) service.budget.earn()
      server = servers.pick(server)
      const result = await admitted(service, values, server, attempts, callOptions)
      if (result.kind === 'aborted') return signal?.aborted ? result : (last ?? result)
      if (result.kind === 'answer' || probe || !retry || attempts === maxAttempts) return result
      last = result
      if (!isRetryable(result.code) || service.breaker.isOpen || !service.budget.take()) return result
      if (!(await sleep(random() * backoffMs * 2 ** attempts, hold))) return signal?.aborted ? aborted : last
    }
  }

  return {
    async call(service, values, callOptions = {}) {
      if (!callOptions.probe) return attemptAll(service, values, callOptions)
      service.breaker.beginProbe()
      let good: boolean | 'aborted' = 'aborted'
      try {
        const result = await attemptAll(service, values, callOptions)
        good = result.kind === 'aborted' ? 'aborted' : result.kind === 'answer' || result.whose === 'subject'
        return result
      } finally {
        service.breaker.endProbe(good)
      }
    },
  }
}

type Verdict<T> = Outcome<T> & { readonly faultDetail?: string | undefined }

/** From what was received to what it says: pure but for the reading of the service. */
function judge<T>(service: Service<T>, id: string, received: Exclude<Received, { kind: 'aborted' }>): Verdict<T> {
  if (received.kind === 'failed') return { ok: false, code: received.code, whose: 'service' }
  const reading: Reading = readAnswer({ definition: service.definition, id }, received)
  switch (reading.kind) {
    case 'answer':
      return service.read(reading.wrapper)
    case 'fault':
      return { ok: false, code: reading.fault.code, whose: reading.fault.whose, faultDetail: reading.fault.detail }
    case 'error':
      return { ok: false, code: reading.code, whose: 'service' }
  }
}

/** Waits; false as soon as the signal is aborted. */
async function sleepUnlessAborted(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal })
    return true
  } catch {
    return false
  }
}
