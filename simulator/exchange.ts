/** One exchange: the request's bytes in, the delivery out. Independent of sockets. */
import { hash, randomUUID } from 'node:crypto'
import type { SoapVersion } from '../src/trembita/protocol.ts'
import type { CallLog } from './call-log.ts'
import type { Delivery, HttpAnswer } from './faults/delivery.ts'
import type { FaultEngine } from './faults/engine.ts'
import { spoil } from './faults/spoil.ts'
import type { SimulatedRegisters } from './registries/load.ts'
import { contentTypes, faultEnvelope, type SoapFault } from './security-server/fault.ts'
import { type RequestHead, unpack } from './security-server/http-checks.ts'
import type { Members } from './security-server/members.ts'
import type { RequestHeader, RequestMessage } from './security-server/message.ts'
import { RequestReader } from './security-server/reader.ts'
import { type AnswerFrame, type AnswerStyle, answerFrame, replyContent, writeAnswer } from './services/answer.ts'
import type { DracsNames } from './services/death-acts.ts'
import { findService, type Reply, type SimulatedService } from './services/service.ts'

/** Where answers come from and how they look. */
interface ExchangeOptions {
  readonly registers: SimulatedRegisters
  readonly members: Members
  readonly log: CallLog
  readonly answers: AnswerStyle
  readonly requestHash: boolean
  readonly dracsNames: DracsNames
}

/** What to deliver, and after how many milliseconds. */
export interface Outgoing {
  readonly delay: number
  readonly delivery: Delivery
}

interface Known {
  readonly service: SimulatedService
  readonly frame: AnswerFrame
}

/** The platform's and the registries' side of all exchanges. */
export class Exchange {
  readonly #options: ExchangeOptions
  readonly #reader: RequestReader<Known>
  readonly #faults: () => FaultEngine

  constructor(options: ExchangeOptions, faults: () => FaultEngine) {
    this.#options = options
    this.#faults = faults
    this.#reader = new RequestReader((message) => this.#learn(message))
  }

  /** Checks a request in the order of spec 3.4 and answers it, or applies the configured fault. */
  take(head: RequestHead, body: Buffer): Outgoing {
    const unpacked = unpack(head, body)
    if ('fault' in unpacked) return this.#refuse(unpacked)
    const { soap, xml } = unpacked
    const request = this.#reader.read(xml, soap)
    if ('fault' in request) return this.#refuse({ soap, fault: request.fault })
    return this.#answer(request.message, request.known, xml)
  }

  #refuse({ soap, fault }: { soap: SoapVersion; fault: SoapFault }): Outgoing {
    this.#record(undefined, undefined, `fault_${fault.code}`)
    return { delay: 0, delivery: { how: 'send', answer: platformFault(soap, fault) } }
  }

  /** `xml` is what is hashed: the message without attachments. */
  #answer(message: RequestMessage, { service, frame }: Known, xml: Buffer): Outgoing {
    const { registers, answers, dracsNames } = this.#options
    const key = service.keyOf(message.fields)
    const fate = this.#faults().decide(service.name, key)
    const reply = service.answer(message.fields, registers)
    const requestHash = this.#options.requestHash ? hash('sha512', xml, 'base64') : undefined
    const write = (said: Reply, id: string, header?: RequestHeader): HttpAnswer => {
      const { soap } = message.header
      if (said.kind === 'fault')
        return { status: 200, contentType: contentTypes[soap], body: faultEnvelope(soap, said.fault, undefined) }
      const used = header === undefined ? frame : answerFrame(answers, header)
      const content = replyContent(said, service.name, used.childPrefix, dracsNames)
      return { status: 200, contentType: contentTypes[soap], body: writeAnswer(used, id, requestHash, content) }
    }
    const { delivery, outcome } =
      fate.rule === undefined
        ? { outcome: outcomeOf(reply), delivery: { how: 'send', answer: write(reply, message.id) } as const }
        : spoil(fate.rule, {
            service: service.name,
            header: message.header,
            id: message.id,
            reply,
            write,
          })
    this.#record(service.name, message, outcome, key)
    return { delay: fate.delay, delivery }
  }

  #learn({ header }: RequestMessage): { known: Known } | { fault: SoapFault } {
    const fault = this.#options.members.check(header.client, header.service)
    if (fault !== undefined) return { fault }
    const service = findService(header.service.serviceCode)
    if (service === undefined) throw new Error('members know a service that is not there')
    return { known: { service, frame: answerFrame(this.#options.answers, header) } }
  }

  #record(service: string | undefined, message: RequestMessage | undefined, outcome: string, question?: string): void {
    const { id: messageId, header } = message ?? {}
    this.#options.log.record({ time: Date.now(), service, messageId, userId: header?.userId, question, outcome })
  }
}

/** A fault of the security server: HTTP 200, with the UUID under which its log has it. */
export function platformFault(soap: SoapVersion, fault: SoapFault, status = 200): HttpAnswer {
  return { status, contentType: contentTypes[soap], body: faultEnvelope(soap, fault, randomUUID()) }
}

function outcomeOf(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return `status_${reply.status}`
    case 'result':
      return `result_${reply.results.join('_')}`
    case 'acts':
      return reply.code === '0' ? `acts_${reply.acts.length}` : `result_code_${reply.code}`
    case 'info':
      return reply.person === undefined ? 'info_empty' : 'info'
    case 'fault':
      return `fault_${reply.fault.code}`
  }
}
