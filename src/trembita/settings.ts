/** What the environment says of Trembita (spec 3.1 to 3.3), as the client takes it. Read by `config`, which fills this shape. */
import type { SoapVersion, SubsystemId } from './protocol.ts'

/** One service as its publisher describes it: what no WSDL tells us, because the WSDLs are not public. */
export interface ServiceSettings {
  /** serviceCode. */
  readonly code: string
  readonly version?: string | undefined
  readonly soapVersion: SoapVersion
  readonly action: string
  /** The namespace of the element in the body. */
  readonly namespace?: string | undefined
  /** Whether the children carry that namespace too. */
  readonly qualified: boolean
  /** An absent value is omitted, or sent as an empty element. */
  readonly empty: 'omit' | 'element'
  /** The element of the request in the body, and that of the answer. */
  readonly element: string
  readonly answerElement: string
}

/** Files of PEM for mutual TLS; an https address needs all three. */
export interface TlsFiles {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** The security server's certificate, or the authority that signed it: nothing else is trusted. */
  readonly authority?: string | undefined
  /** Opens the key, where it has a passphrase. */
  readonly passphrase?: string | undefined
}

/** How messages get to the security servers and back. */
export interface TransportSettings {
  readonly urls: readonly string[]
  /** Total deadline of one attempt. */
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  /** For each security server. */
  readonly maxConnections: number
  readonly tls: TlsFiles
}

/** What every message says besides who asks whom. */
export interface AddressSettings {
  readonly instance: string
  readonly userId: string
  readonly protocolVersion: string
}

/** The services of one registry: who asks whom, how much at once, and each of them by our name for it. */
export interface GroupSettings {
  readonly client: Omit<SubsystemId, 'xRoadInstance'>
  readonly service: Omit<SubsystemId, 'xRoadInstance'>
  /** Calls a second to each service, in the whole cluster. */
  readonly rateLimit: number | 'off'
  /** Calls to each service that one worker has under way. */
  readonly concurrency: number
  readonly services: Readonly<Record<string, ServiceSettings>>
}

/** Everything that Trembita needs to know, whoever is asked. */
export interface TrembitaSettings extends TransportSettings, AddressSettings {}
