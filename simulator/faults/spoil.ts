/** Turns a correct answer into a faulty one. Pure: `deliver` sends it. */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { xroadNamespace } from '../../src/trembita/protocol.ts'
import type { XmlElement } from '../../src/trembita/xml.ts'
import { contentTypes, faultEnvelope } from '../security-server/fault.ts'
import type { RequestHeader } from '../security-server/message.ts'
import type { Reply, SimulatedServiceName } from '../services/service.ts'
import type { Delivery, HttpAnswer } from './delivery.ts'
import type { CallRule } from './rule.ts'

/** What a fault needs to know about the call. `write` writes an answer, with another header or id if the fault needs it. */
interface Spoilable {
  readonly service: SimulatedServiceName
  readonly header: RequestHeader
  readonly id: string
  readonly reply: Reply
  write(reply: Reply, id: string, header?: RequestHeader): HttpAnswer
}

/** The outcome for the call log, and the delivery. */
interface Spoiled {
  readonly outcome: string
  readonly delivery: Delivery
}

const html = (status: number) =>
  `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><h1>${status}</h1><hr><p>nginx<br></p></body></html>\n`
const bodies = {
  html: (status: number) => ({ contentType: 'text/html', body: html(status) }),
  text: (status: number) => ({ contentType: 'text/plain', body: `error ${status}\n` }),
  empty: () => ({ contentType: 'text/plain', body: '' }),
} as const

/** Applies a rule to a call. */
export function spoil(rule: CallRule, call: Spoilable): Spoiled {
  const { soap } = call.header
  const answer = () => call.write(call.reply, call.id)
  const send = (outcome: string, sent: HttpAnswer): Spoiled => ({ outcome, delivery: { how: 'send', answer: sent } })
  switch (rule.kind) {
    case 'latency':
      throw new Error('a delay is no fate')
    case 'status': {
      const reply = statusReply(String(rule.status), call)
      return send(`status_${rule.status}`, call.write(reply, call.id))
    }
    case 'results': {
      const { results, element = 'Result' } = rule
      return send(`results_${results.length}`, call.write({ kind: 'result', results, message: '', element }, call.id))
    }
    case 'result_data': {
      const acts = call.reply.kind === 'acts' ? call.reply.acts : []
      return send(`data_${rule.form}`, call.write({ kind: 'acts', code: '0', acts, form: rule.form }, call.id))
    }
    case 'soap_fault': {
      const fault = { code: rule.code, message: rule.message ?? 'A fault on demand' }
      const body = faultEnvelope(soap, fault, randomUUID())
      return send(`fault_${rule.code}`, { status: rule.http_status ?? 200, contentType: contentTypes[soap], body })
    }
    case 'http': {
      const extraHeaders = rule.status >= 300 && rule.status < 400 ? { extraHeaders: ['Location', '/'] } : {}
      return send(`http_${rule.status}`, {
        status: rule.status,
        ...bodies[rule.body ?? 'html'](rule.status),
        ...extraHeaders,
      })
    }
    case 'drop':
    case 'hang':
      return { outcome: rule.kind, delivery: { how: rule.kind } }
    case 'reset':
      return { outcome: 'reset', delivery: { how: 'reset', answer: answer() } }
    case 'drip':
      return {
        outcome: 'drip',
        delivery: { how: 'drip', answer: answer(), bytes: rule.bytes ?? 1, everyMs: rule.every_ms ?? 100 },
      }
    case 'truncate':
      return send(
        'truncate',
        withBody(answer(), (body) => body.subarray(0, body.length - (body.length >> 2))),
      )
    case 'oversize':
      return send(
        'oversize',
        withBody(answer(), (body) => padded(body, rule.bytes ?? 2_097_152)),
      )
    case 'doctype':
      return send('doctype', withBody(answer(), withDoctype))
    case 'gzip': {
      const zipped = withBody(answer(), (body) => gzipSync(body))
      return send('gzip', { ...zipped, extraHeaders: ['Content-Encoding', 'gzip'] })
    }
    case 'wrong_id':
      return send(`wrong_${rule.field ?? 'id'}`, anotherRequests(call, rule.field ?? 'id'))
  }
}

/**
 * InfoRNOKPPDRFO returns a status as its Result, the register of civil status as its ResultCode. The response of `unzr` has no status, so
 * it returns a fault instead.
 */
function statusReply(status: string, call: Spoilable): Reply {
  if (call.service === 'InfoRNOKPPDRFO') return { kind: 'result', results: [status], message: '' }
  if (call.service === 'GetDeathArByFullNameAndBirthDate')
    return { kind: 'acts', code: status, acts: call.reply.kind === 'acts' ? call.reply.acts : [] }
  if (call.service !== 'unzr') return { kind: 'status', status }
  if (status === '0') return { kind: 'info', person: undefined }
  if (status === '1') return call.reply
  const code = status === '-1' ? 'Client' : 'Server'
  return { kind: 'fault', fault: { code, message: `Status ${status}` } }
}

function anotherRequests(call: Spoilable, field: 'id' | 'userId' | 'client' | 'service'): HttpAnswer {
  const { header } = call
  if (field === 'id') return call.write(call.reply, randomUUID())
  const copied = header.copied.map((each) =>
    each.local === field && each.namespace === xroadNamespace ? changed(each) : each,
  )
  return call.write(call.reply, call.id, { ...header, copied })
}

/** Changes the text, or the text of the last part. */
function changed(field: XmlElement): XmlElement {
  const last = field.children.at(-1)
  if (last === undefined) return { ...field, text: `${field.text}1` }
  return { ...field, children: [...field.children.slice(0, -1), { ...last, text: `${last.text}_other` }] }
}

function withBody(answer: HttpAnswer, change: (body: Buffer) => Buffer): HttpAnswer {
  return { ...answer, body: change(Buffer.from(answer.body)) }
}

/** Still valid XML, only far too large. */
function padded(body: Buffer, bytes: number): Buffer {
  const padding = Buffer.alloc(Math.max(0, bytes - body.length), ' ')
  const end = body.lastIndexOf('</')
  return Buffer.concat([body.subarray(0, end), padding, body.subarray(end)])
}

function withDoctype(body: Buffer): Buffer {
  const declaration = body.indexOf('?>') + 2
  const doctype = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>'
  return Buffer.concat([body.subarray(0, declaration), Buffer.from(doctype), body.subarray(declaration)])
}
