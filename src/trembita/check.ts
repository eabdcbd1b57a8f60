/** Whether each security server can be reached and is one: for `zvirka doctor` and whoever sets up a connection. */
import { readAnswer } from './answer.ts'
import { type Clock, steadyClock } from './clock.ts'
import type { ServiceDefinition } from './envelope.ts'
import type { Transport } from './transport.ts'

/** What became of one security server. */
export interface ServerCheck {
  readonly url: string
  /** True if something that speaks SOAP refused our empty message, as a security server must. */
  readonly isGood: boolean
  /** `answers`, or the code of what went wrong, see `adviceFor`. */
  readonly code: string
  readonly milliseconds: number
}

/**
 * Sends each server a message that is none: it reaches no registry and counts against no rate, and a security server answers it with a
 * fault. So address, connection, TLS and protocol are tried, and nothing is asked about anybody.
 */
export function checkServers(transport: Transport, clock: Clock = steadyClock): Promise<ServerCheck[]> {
  return Promise.all(
    transport.urls.map(async (url, server) => {
      const started = clock()
      const received = await transport.send(server, ['content-type', 'text/xml; charset=utf-8'], '')
      const milliseconds = Math.round(clock() - started)
      if (received.kind !== 'response') {
        return { url, isGood: false, code: received.kind === 'failed' ? received.code : 'aborted', milliseconds }
      }
      const reading = readAnswer({ definition: nobodys, id: '' }, received)
      if (reading.kind === 'fault') return { url, isGood: true, code: 'answers', milliseconds }
      return { url, isGood: false, code: reading.kind === 'error' ? reading.code : 'other_request', milliseconds }
    }),
  )
}

const nowhere = { xRoadInstance: '', memberClass: '', memberCode: '', subsystemCode: '' }
const nobodys: ServiceDefinition = {
  client: nowhere,
  service: { ...nowhere, serviceCode: '' },
  userId: '',
  protocolVersion: '4.0',
  soapVersion: '1.1',
  action: '',
  qualified: true,
  empty: 'omit',
}
