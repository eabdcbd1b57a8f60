/** What was asked and what became of it, for checks to read. */
import { hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'

/** One request. */
export interface Call {
  /** When it was decided, ms since 1970. */
  readonly time: number
  /** The service's code; undefined where the request did not get as far as a service. */
  readonly service: string | undefined
  /** The id of the X-Road message. */
  readonly messageId: string | undefined
  /** The userId that the message carries: who asked, as the asking side names it. */
  readonly userId: string | undefined
  /** What was asked about: serial and number, or the UNZR. Personal: not for logs. */
  readonly question: string | undefined
  /** `status_1`, `info`, `info_empty`, `fault_<code>`, or the kind of the fault that it met (`hang`, `http_502` …). */
  readonly outcome: string
}

/** How questions are shown outside of the process: as a digest that tells the same from another, or as they are. */
export type QuestionStyle = 'digest' | 'plain'

/** A bounded log in memory, counters of all calls and, if asked for, a file of NDJSON. */
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

  /** How many calls there were since the start or the last reset. */
  get total(): number {
    return this.#total
  }

  /** Notes a call. */
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
      // In place of the oldest, once it is full.
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

  /** The last calls that it still holds, oldest first. */
  calls(): Call[] {
    if (this.#ring.length < this.#capacity) return [...this.#ring]
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)]
  }

  /** How many calls of each service came to each outcome. */
  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([service, outcomes]) => [service, Object.fromEntries(outcomes)]))
  }

  /** Forgets all calls and counters. */
  reset(): void {
    this.#ring = []
    this.#next = 0
    this.#total = 0
    this.#counts.clear()
  }

  /** A call as it may leave the process. */
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

  /** Writes what is left to the file. */
  async close(): Promise<void> {
    const file = this.#file
    if (file !== undefined) await new Promise<void>((resolve) => file.end(resolve))
  }
}

/** A part of a longer text keeps all of that text in memory: here, the whole request. */
function detached(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString()
}

const salt = crypto.randomUUID()

/** Tells one question from another while this process runs, and nothing more. */
function digestOf(question: string): string {
  return hash('sha256', salt + question, 'hex').slice(0, 16)
}
