/** Trembita's settings (spec 3.1 to 3.3) in the shape that the client takes; `config` fills it. */
import type { SoapVersion, SubsystemId } from './protocol.ts'

/** A service as its publisher describes it. The WSDLs are not public, so this is configured. */
export interface ServiceSettings {
  /** The serviceCode. */
  readonly code: string
  readonly version?: string | undefined
  readonly soapVersion: SoapVersion
  readonly action: string
  /** The namespace of the request element. */
  readonly namespace?: string | undefined
  /** Whether the children are in that namespace too. */
  readonly qualified: boolean
  /** How to send an absent value: omitted, or as an empty element. */
  readonly empty: 'omit' | 'element'
  /** The element of the request and the answer in the body. */
  readonly element: string
  readonly answerElement: string
}

/** PEM files for mutual TLS; an https address needs all three. */
export interface TlsFiles {
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  /** The security server's certificate, or the CA that signed it: nothing else is trusted. */
  readonly authority?: string | undefined
  /** The passphrase of the key, if it has one. */
  readonly passphrase?: string | undefined
}

/** Settings of the connections to security servers. */
export interface TransportSettings {
  readonly urls: readonly string[]
  /** Total time limit of one attempt. */
  readonly timeoutMs: number
  readonly maxResponseBytes: number
  /** Per security server. */
  readonly maxConnections: number
  readonly tls: TlsFiles
}

/** Header fields of every message, besides client and service. */
export interface AddressSettings {
  readonly instance: string
  readonly userId: string
  readonly protocolVersion: string
}

/** The services of one registry: client, member, limits, and each service by our name. */
export interface GroupSettings {
  readonly client: Omit<SubsystemId, 'xRoadInstance'>
  readonly service: Omit<SubsystemId, 'xRoadInstance'>
  /** Calls per second to each service, across the cluster. */
  readonly rateLimit: number | 'off'
  /** Concurrent calls to each service per worker. */
  readonly concurrency: number
  readonly services: Readonly<Record<string, ServiceSettings>>
}

/** The settings that are common to all registries. */
export interface TrembitaSettings extends TransportSettings, AddressSettings {}
