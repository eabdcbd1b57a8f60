import type { SoapVersion } from '../../src/trembita/protocol.ts'
import { defaultXmlLimits, readXml, type XmlRefusal } from '../../src/trembita/xml.ts'
import type { SoapFault } from './fault.ts'
import { type ReadMessage, type RequestMessage, readMessage } from './message.ts'
import { Skeleton } from './skeleton.ts'

const kept = 16

/** A request that passed every check, with what is known about all requests of its form. */
interface CheckedRequest<Known> {
  readonly message: RequestMessage
  readonly known: Known
}

interface Form<Known> {
  readonly skeleton: Skeleton
  readonly soap: SoapVersion
  readonly known: Known
}

/**
 * Reads requests and caches the forms of recent valid ones. `learn` derives what is worth caching from a message (independent of the id and
 * the question), or the fault that every such request gets.
 */
export class RequestReader<Known> {
  readonly #learn: (message: RequestMessage) => { known: Known } | { fault: SoapFault }
  #forms: Form<Known>[] = []

  constructor(learn: (message: RequestMessage) => { known: Known } | { fault: SoapFault }) {
    this.#learn = learn
  }

  /** The request, or its fault. */
  read(body: Buffer, soap: SoapVersion): CheckedRequest<Known> | { fault: SoapFault } {
    const text = body.toString('utf8')
    for (const form of this.#forms) {
      if (form.soap !== soap) continue
      const message = form.skeleton.read(text)
      if (message !== undefined) return { message, known: form.known }
    }
    return this.#readThrough(body, text, soap)
  }

  #readThrough(body: Buffer, text: string, soap: SoapVersion): CheckedRequest<Known> | { fault: SoapFault } {
    const read = readThrough(body, soap)
    if ('fault' in read) return read
    const learned = this.#learn(read.message)
    if ('fault' in learned) return learned
    const skeleton = Skeleton.of(text, read.message, (other) => messageIn(Buffer.from(other), soap))
    if (skeleton !== undefined) this.#forms = [{ skeleton, soap, known: learned.known }, ...this.#forms].slice(0, kept)
    return { message: read.message, known: learned.known }
  }
}

const reasons: Readonly<Record<XmlRefusal, string>> = {
  too_large: `the message has more than ${defaultXmlLimits.maxBytes} bytes`,
  not_utf8: 'the message is not in UTF-8',
  doctype: 'DOCTYPE is not allowed',
  processing_instruction: 'processing instructions are not allowed',
  too_deep: 'elements are nested too deeply',
  too_many_attributes: 'an element has too many attributes',
  malformed: 'the message is not well-formed',
}

function messageIn(body: Buffer, soap: SoapVersion): RequestMessage | undefined {
  const read = readThrough(body, soap)
  return 'message' in read ? read.message : undefined
}

function readThrough(body: Buffer, soap: SoapVersion): ReadMessage {
  const xml = readXml(body)
  if (!xml.ok) return { fault: { code: 'Client.InvalidSoap', message: `Malformed XML: ${reasons[xml.code]}` } }
  return readMessage(xml.root, soap)
}
