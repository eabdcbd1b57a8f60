/** A log of requests and their outcomes, for tests to read. */
import { hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'

/** One request. */
export interface Call {
  /** When the outcome was decided, epoch milliseconds. */
  readonly time: number
  /** The serviceCode; undefined if the request was rejected before. */
  readonly service: string | undefined
  /** The id of the X-Road message. */
  readonly messageId: string | undefined
  /** The message's userId, as the client sent it. */
  readonly userId: string | undefined
  /** The question: serial and number, or the UNZR. Personal: not for logs. */
  readonly question: string | undefined
  /** `status_1`, `info`, `info_empty`, `fault_<code>`, or the kind of an injected fault (`hang`, `http_502` …). */
  readonly outcome: string
}

/** How questions are shown outside the process: as a digest that only identifies equal ones, or in plain text. */
export type QuestionStyle = 'digest' | 'plain'

/** A bounded log in memory, counters of all calls, and optionally a file of NDJSON. */
export class CallLog {
  readonly #capacity: number
  readonly #style: QuestionStyle
  readonly #file: WriteStream | undefined
  readonly #counts = new Map<string, Map<string, number>>()
  #ring: Call[] = []
  #next = 0
  #total = 0

  constructor(options: { capacity: number; style: QuestionStyle; file: string | undefined }) {
    this.#capacity = options.capacity
    this.#style = options.style
    this.#file = options.file === undefined ? undefined : createWriteStream(options.file, { flags: 'a' })
  }

  /** The number of calls since the start or the last reset. */
  get total(): number {
    return this.#total
  }

  record(call: Call): void {
    const service = call.service ?? '-'
    let outcomes = this.#counts.get(service)
    if (outcomes === undefined) {
      outcomes = new Map()
      this.#counts.set(service, outcomes)
    }
    outcomes.set(call.outcome, (outcomes.get(call.outcome) ?? 0) + 1)
    this.#total += 1
    if (this.#capacity > 0) {
      // Overwrites the oldest entry when full.
      this.#ring[this.#next] = {
        ...call,
        messageId: detached(call.messageId),
        userId: detached(call.userId),
        question: detached(call.question),
      }
      this.#next = (this.#next + 1) % this.#capacity
    }
    this.#file?.write(`${JSON.stringify(this.shown(call))}\n`)
  }

  /** The calls that are still in memory, oldest first. */
  calls(): Call[] {
    if (this.#ring.length < this.#capacity) return [...this.#ring]
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
  }

  /** The number of calls by service and outcome. */
  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([service, outcomes]) => [service, Object.fromEntries(outcomes)]))
  }

  /** Clears all calls and counters. */
  reset(): void {
    this.#ring = []
    this.#next = 0
    this.#total = 0
    this.#counts.clear()
  }

  /** A call in the form that may leave the process. */
  shown(call: Call): Record<string, unknown> {
    const { question } = call
    return {
      time: new Date(call.time).toISOString(),
      service: call.service,
      message_id: call.messageId,
      user_id: call.userId,
      question: question === undefined || this.#style === 'plain' ? question : digestOf(question),
      outcome: call.outcome,
    }
  }

  /** Flushes the file. */
  async close(): Promise<void> {
    const file = this.#file
    if (file !== undefined) await new Promise<void>((resolve) => file.end(resolve))
  }
}

/** Copies a substring, because it would otherwise keep the whole request in memory. */
function detached(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString()
}

const salt = crypto.randomUUID()

/** Identifies equal questions while this process runs, and reveals nothing else. */
function digestOf(question: string): string {
  return hash('sha256', salt + question, 'hex').slice(0, 16)
}
