/**
 * One call: attempts, each with a new id, until an answer, an error that is not retryable, or the end of the retries (spec 3.2, 2.6). The
 * breaker, the retry budget and the admission belong to the service.
 */
import { randomUUID } from 'node:crypto'
import { type Facts, NO_SPAN, type Span } from '../observability/tracing.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import { isAborted, type Signals, sleep as sleepUnlessAborted } from './abort.ts'
import { readAnswer } from './answer.ts'
import type { Attempt, CalledService, CallOptions, CallResult, FailedAttempt, ReadOutcome } from './call.ts'
import { type Clock, steadyClock } from './clock.ts'
import type { Value } from './envelope.ts'
import { isRetryable, speaksAgainstServer } from './faults.ts'
import type { Servers } from './servers.ts'
import type { Received, Transport } from './transport.ts'

/** Options of a client. Clock, randomness and waiting can be replaced in tests. */
export interface ClientOptions {
  readonly transport: Transport
  readonly servers: Servers
  readonly observe?: (attempt: Attempt) => void
  readonly log?: { warn(fields: FailedAttempt, message: string): void }
  /** Receives the text of a security server's fault, to show it for a manual call. Never log it. */
  readonly onFaultText?: (messageId: string, text: Sensitive<string>) => void
  readonly clock?: Clock
  readonly random?: () => number
  readonly sleep?: (milliseconds: number, signals: Signals) => Promise<boolean>
}

/** Calls services. */
interface TrembitaClient {
  /** Never throws because of a registry or the network. Values are personal and are used only in the message. */
  call<T>(service: CalledService<T>, values: readonly Value[], options?: CallOptions): Promise<CallResult<T>>
}

const maxAttempts = 3
const backoffMs = 200
const aborted = { kind: 'aborted' } as const

/** Creates a client over a transport. */
export function createClient(options: ClientOptions): TrembitaClient {
  const { random = Math.random, sleep = sleepUnlessAborted, servers } = options
  const attempt = createAttempt(options)

  /** One attempt, including the wait for admission. */
  async function admitted<T>(
    service: CalledService<T>,
    values: readonly Value[],
    number: AttemptNumber,
    { signal, hold, probe = false, span = NO_SPAN }: CallOptions,
  ): Promise<CallResult<T>> {
    const came = span.isRecorded ? performance.now() : 0
    const entering = service.admission.enter([signal, hold])
    if (!(entering === true || (await entering))) return aborted
    try {
      // The breaker may have opened while this call waited for admission.
      if (service.breaker.isOpen && !probe) return aborted
      return await attempt(service, values, number, signal, beginAttempt(span, service, number, came))
    } finally {
      service.admission.leave()
    }
  }

  async function attemptAll<T>(
    service: CalledService<T>,
    values: readonly Value[],
    callOptions: CallOptions,
  ): Promise<CallResult<T>> {
    const { signal, hold, probe = false, retry = true } = callOptions
    const signals = [signal, hold]
    const most = probe || !retry ? 1 : maxAttempts
    let server: number | undefined
    let last: CallResult<T> = aborted
    for (let attempts = 1; attempts <= most; attempts += 1) {
      if ((service.breaker.isOpen && !probe) || isAborted(signals)) break
      if (attempts === 1) service.budget.earn()
      else if (!service.budget.take() || !(await sleep(random() * backoffMs * 2 ** attempts, signals))) break
      server = servers.pick(server)
      const result = await admitted(service, values, { attempts, server }, callOptions)
      if (result.kind === 'aborted') break
      last = result
      if (result.kind === 'answer' || !isRetryable(result.code)) break
    }
    // A call that was cancelled during a retry is aborted; it does not return the earlier attempt's error.
    return signal?.aborted && last.kind !== 'answer' ? aborted : last
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

interface AttemptNumber {
  readonly attempts: number
  readonly server: number
}

/** A single attempt: send, evaluate, report to breaker, servers, metrics and log. */
function createAttempt({ transport, servers, observe, log, onFaultText, clock = steadyClock }: ClientOptions) {
  return async function attempt<T>(
    service: CalledService<T>,
    values: readonly Value[],
    { attempts, server }: AttemptNumber,
    signal: AbortSignal | undefined,
    span: Span,
  ): Promise<CallResult<T>> {
    const messageId = randomUUID()
    const body = service.template.write(messageId, values)
    if (body === undefined) {
      endAttempt(span, { outcome: 'subject_error', code: unsendable.code })
      return { ...unsendable, attempts }
    }
    const url = transport.urls[server] ?? ''
    const about = { service: service.name, server: url, messageId }
    span.add(about)
    const started = clock()
    const received = await transport.send(server, service.template.headers, body, signal)
    const milliseconds = Math.round(clock() - started)
    if (received.kind === 'aborted') {
      observe?.({ ...about, outcome: 'aborted', milliseconds })
      endAttempt(span, { outcome: 'aborted' })
      return aborted
    }
    const verdict = judge(service, messageId, received)
    if (verdict.ok) {
      servers.succeeded(server)
      service.breaker.record('good')
      observe?.({ ...about, outcome: 'answer', milliseconds })
      endAttempt(span, { outcome: 'answer' }, { received, verdict })
      return { kind: 'answer', value: verdict.value, messageId, milliseconds, attempts }
    }
    const { code, whose } = verdict
    if (speaksAgainstServer(code)) servers.failed(server)
    else servers.succeeded(server)
    const outcome = whose === 'service' ? 'service_error' : 'subject_error'
    if (recordError(service, outcome)) span.event('breaker opened', { service: service.name })
    endAttempt(span, { outcome, code, whose }, { received, verdict })
    observe?.({ ...about, outcome, milliseconds, code })
    const line = { ...about, code, whose, attempts, milliseconds }
    log?.warn({ ...line, ...traces(received, verdict) }, 'a call to a registry failed')
    if (verdict.faultText !== undefined) onFaultText?.(messageId, verdict.faultText)
    return { kind: 'technical_error', whose, code, messageId, milliseconds, attempts }
  }
}

const unsendable = {
  kind: 'technical_error',
  whose: 'subject',
  code: 'unsendable',
  messageId: null,
  milliseconds: 0,
} as const

/** Records an error. If it opens the breaker (true), waiting calls are rejected at once, so that their subjects are released. */
function recordError(
  { breaker, admission }: CalledService<unknown>,
  outcome: 'service_error' | 'subject_error',
): boolean {
  const wasOpen = breaker.isOpen
  breaker.record(outcome)
  const hasOpened = breaker.isOpen && !wasOpen
  if (hasOpened) admission.turnAway()
  return hasOpened
}

/** `came`: when the attempt began to wait for admission. */
function beginAttempt(span: Span, { name }: CalledService<unknown>, { attempts }: AttemptNumber, came: number): Span {
  if (!span.isRecorded) return NO_SPAN
  const turnMilliseconds = Math.round(performance.now() - came)
  return span.begin({ name: 'call', facts: { service: name, attempt: attempts, turnMilliseconds } })
}

function endAttempt(
  span: Span,
  { code, ...facts }: Facts,
  exchange?: { readonly received: Exclude<Received, { kind: 'aborted' }>; readonly verdict: Verdict<unknown> },
): void {
  if (!span.isRecorded) return
  span.add(exchange === undefined ? facts : { ...facts, ...traces(exchange.received, exchange.verdict) })
  if (code !== undefined) span.fail(code)
  span.end()
}

type Verdict<T> = ReadOutcome<T> & {
  readonly faultDetail?: string | undefined
  readonly faultText?: Sensitive<string> | undefined
}

/** Evaluates a response; pure except for the service's own reader. */
function judge<T>(service: CalledService<T>, id: string, received: Exclude<Received, { kind: 'aborted' }>): Verdict<T> {
  if (received.kind === 'failed') return { ok: false, code: received.code, whose: 'service' }
  const reading = readAnswer({ definition: service.definition, id }, received)
  switch (reading.kind) {
    case 'answer':
      return service.read(reading.wrapper)
    case 'fault': {
      const { code, whose, detail, text } = reading.fault
      return { ok: false, code, whose, faultDetail: detail, faultText: text }
    }
    case 'error':
      return { ok: false, code: reading.code, whose: 'service' }
  }
}

/** Ids that help to find the exchange in the other side's logs (spec 3.2). */
function traces(
  received: Exclude<Received, { kind: 'aborted' }>,
  { faultDetail }: Verdict<unknown>,
): Pick<FailedAttempt, 'status' | 'faultDetail' | 'transactionId'> {
  return {
    ...(received.kind === 'response' ? { status: received.status } : {}),
    ...(faultDetail === undefined ? {} : { faultDetail }),
    ...(received.transactionId === undefined ? {} : { transactionId: received.transactionId }),
  }
}
