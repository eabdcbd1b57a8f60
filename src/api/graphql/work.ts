/**
 * Limits the concurrent work by cost: of an HTTP request with its whole batch, of a token, of this process. Work over a limit is refused
 * before execution, so that nobody can block all others or exhaust the memory.
 */
import { GraphQLError } from 'graphql'

/** The limits, in values per answer. */
export interface WorkLimits {
  readonly request: number
  readonly token: number
  readonly process: number
  /** The number of open streams. */
  readonly streams: { readonly token: number; readonly process: number }
}

/** The minimum cost of an operation, so that even cheap ones are limited in number. */
const LEAST = 1000
const RETRY_SECONDS = 1

/** Work of one kind in progress: per token, and in total. */
class Share {
  readonly #limits: { readonly token: number; readonly process: number }
  readonly #name: string
  readonly #state: string
  readonly #ofTokens = new Map<string, number>()
  #all = 0

  constructor(limits: { readonly token: number; readonly process: number }, name: string, state: string) {
    this.#limits = limits
    this.#name = name
    this.#state = state
  }

  /** Adds work, or returns why it cannot. */
  take(token: string, weight: number): GraphQLError | undefined {
    const ofThis = (this.#ofTokens.get(token) ?? 0) + weight
    if (ofThis > this.#limits.token) return tooMuch(429, `This token has too many ${this.#name} ${this.#state}`)
    if (this.#all + weight > this.#limits.process) return tooMuch(503, `Too many ${this.#name} are ${this.#state}`)
    this.#ofTokens.set(token, ofThis)
    this.#all += weight
    return undefined
  }

  giveBack(token: string, weight: number): void {
    const left = (this.#ofTokens.get(token) ?? 0) - weight
    if (left > 0) this.#ofTokens.set(token, left)
    else this.#ofTokens.delete(token)
    this.#all -= weight
  }
}

/** The work in progress in this process. */
export class Work {
  /** The maximum cost of a request. */
  readonly most: number
  readonly operations: Share
  readonly streams: Share

  constructor({ request, streams, ...operations }: WorkLimits) {
    this.most = request
    this.operations = new Share(operations, 'operations', 'under way')
    this.streams = new Share(streams, 'streams', 'open')
  }

  /** Starts an HTTP request; `token` identifies the token. */
  request(token: string): RequestWork {
    return new RequestWork(this, token)
  }
}

/** The work of one HTTP request. */
export class RequestWork {
  readonly #work: Work
  readonly #token: string
  #costs: number[] = []
  #streams = 0
  #isOver = false

  constructor(work: Work, token: string) {
    this.#work = work
    this.#token = token
  }

  /** Starts an operation, or returns why it cannot. */
  begin(cost: number): GraphQLError | undefined {
    const refusal = this.#refusalOf(cost) ?? this.#work.operations.take(this.#token, weightOf(cost))
    if (refusal === undefined) this.#costs.push(cost)
    return refusal
  }

  /** Starts a stream, or returns why it cannot. A stream needs little at a time but lasts long, so streams are counted separately. */
  beginStream(cost: number): GraphQLError | undefined {
    const refusal = this.#refusalOf(cost) ?? this.#work.streams.take(this.#token, 1)
    if (refusal === undefined) this.#streams += 1
    return refusal
  }

  // Includes those that were started before.
  #refusalOf(cost: number): GraphQLError | undefined {
    if (this.#isOver) return new GraphQLError('The client has disconnected', { extensions: { code: 'BAD_REQUEST' } })
    const all = this.#costs.reduce((sum, each) => sum + each, cost)
    return all > this.#work.most ? tooDear(all, this.#work.most) : undefined
  }

  /** The answer has been sent or never will be: no more work is started. */
  end(): void {
    for (const cost of this.#costs.splice(0)) this.#work.operations.giveBack(this.#token, weightOf(cost))
    for (; this.#streams > 0; this.#streams -= 1) this.#work.streams.giveBack(this.#token, 1)
    this.#isOver = true
  }
}

/** Whether an error means too much work in progress, or an unavailable database. */
export function isRefusedForNow({ extensions }: GraphQLError): boolean {
  const status: unknown = Reflect.get(Object(extensions['http']), 'status')
  return status === 429 || status === 503 || status === 504
}

function weightOf(cost: number): number {
  return Math.max(LEAST, cost)
}

function tooDear(cost: number, most: number): GraphQLError {
  const message = `The answer may hold ${cost} values, and ${most} is the most of a request: request fewer at once`
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}

function tooMuch(status: 429 | 503, message: string): GraphQLError {
  const http = { status, headers: { 'retry-after': String(RETRY_SECONDS) } }
  const code = status === 429 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR'
  return new GraphQLError(`${message}: try again in ${RETRY_SECONDS} s`, { extensions: { code, http } })
}
