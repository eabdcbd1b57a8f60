/**
 * How much may be under way at once, by cost: of an HTTP request with all operations of its batch, of a token, of this process. What is
 * beyond it is refused before it is executed, so that nobody can hold up everybody else, or use up the memory.
 */
import { GraphQLError } from 'graphql'

/** The limits, in values of answers. */
export interface WorkLimits {
  readonly request: number
  readonly token: number
  readonly process: number
  /** Streams that are open. */
  readonly streams: { readonly token: number; readonly process: number }
}

/** An operation counts as this many values at least: however cheap they are, not many are under way at once. */
const LEAST = 1000
const RETRY_SECONDS = 1

/** The work under way in this process. */
export class Work {
  readonly #limits: WorkLimits
  readonly #ofTokens = new Map<string, number>()
  #all = 0
  readonly #streams = new Map<string, number>()
  #allStreams = 0

  constructor(limits: WorkLimits) {
    this.#limits = limits
  }

  /** Begins an HTTP request; `token` tells one token from another. */
  request(token: string): RequestWork {
    return new RequestWork(this, token)
  }

  /** Why a request may not cost as much; undefined: it may. */
  refusalOf(cost: number): GraphQLError | undefined {
    const { request } = this.#limits
    return cost > request ? tooDear(cost, request) : undefined
  }

  /** Takes on an operation, or tells why not. */
  take(token: string, cost: number): GraphQLError | undefined {
    const { token: ofToken, process } = this.#limits
    const weight = weightOf(cost)
    const ofThis = this.#ofTokens.get(token) ?? 0
    if (ofThis + weight > ofToken) return tooMuch(429, 'This token has too many operations under way')
    if (this.#all + weight > process) return tooMuch(503, 'Too many operations are under way')
    this.#ofTokens.set(token, ofThis + weight)
    this.#all += weight
    return undefined
  }

  /** Takes on a stream, or tells why not. */
  takeStream(token: string): GraphQLError | undefined {
    const { streams } = this.#limits
    const ofThis = this.#streams.get(token) ?? 0
    if (ofThis >= streams.token) return tooMuch(429, 'This token has too many streams open')
    if (this.#allStreams >= streams.process) return tooMuch(503, 'Too many streams are open')
    this.#streams.set(token, ofThis + 1)
    this.#allStreams += 1
    return undefined
  }

  /** A stream has ended. */
  endStream(token: string): void {
    const left = (this.#streams.get(token) ?? 0) - 1
    if (left > 0) this.#streams.set(token, left)
    else this.#streams.delete(token)
    this.#allStreams -= 1
  }

  /** Gives back what an operation had taken. */
  giveBack(token: string, cost: number): void {
    const left = (this.#ofTokens.get(token) ?? 0) - weightOf(cost)
    if (left > 0) this.#ofTokens.set(token, left)
    else this.#ofTokens.delete(token)
    this.#all -= weightOf(cost)
  }
}

/** The work of one HTTP request. */
export class RequestWork {
  readonly #work: Work
  readonly #token: string
  #costs: number[] = []
  #streams = 0

  constructor(work: Work, token: string) {
    this.#work = work
    this.#token = token
  }

  /** Begins an operation, or tells why it may not. */
  begin(cost: number): GraphQLError | undefined {
    const refusal = this.refusalOf(cost) ?? this.#work.take(this.#token, cost)
    if (refusal === undefined) this.#costs.push(cost)
    return refusal
  }

  /** Begins a stream, or tells why it may not: it asks for little at a time and is there for long, so streams are counted apart. */
  beginStream(cost: number): GraphQLError | undefined {
    const refusal = this.refusalOf(cost) ?? this.#work.takeStream(this.#token)
    if (refusal === undefined) this.#streams += 1
    return refusal
  }

  /** Why an operation is too dear, with those that were begun; undefined: it is not. */
  refusalOf(cost: number): GraphQLError | undefined {
    return this.#work.refusalOf(this.#costs.reduce((sum, each) => sum + each, cost))
  }

  /** The answer is sent, or will never be. */
  end(): void {
    for (const cost of this.#costs) this.#work.giveBack(this.#token, cost)
    this.#costs = []
    for (; this.#streams > 0; this.#streams -= 1) this.#work.endStream(this.#token)
  }
}

/** Whether an error says that there was too much work under way. */
export function isRefusedForNow({ extensions }: GraphQLError): boolean {
  const status: unknown = Reflect.get(Object(extensions['http']), 'status')
  return status === 429 || status === 503
}

function weightOf(cost: number): number {
  return Math.max(LEAST, cost)
}

function tooDear(cost: number, most: number): GraphQLError {
  const message = `The answer may hold ${cost} values, and ${most} is the most of a request: ask for fewer at once`
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}

function tooMuch(status: 429 | 503, message: string): GraphQLError {
  const http = { status, headers: { 'retry-after': String(RETRY_SECONDS) } }
  const code = status === 429 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR'
  return new GraphQLError(`${message}: try again in ${RETRY_SECONDS} s`, { extensions: { code, http } })
}
