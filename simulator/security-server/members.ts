/** Access rights: the last checks of spec 3.4 (client registered, service known, access granted). */
import type { ServiceId } from '../../src/trembita/protocol.ts'
import { type SimulatedService, services } from '../services/service.ts'
import type { SoapFault } from './fault.ts'
import { clientName, type MemberId, memberName, type ProvidedServiceId, serviceName } from './ids.ts'

/** A subsystem and its serviceCodes (defaults of spec 3.3). */
export interface Provider {
  readonly instances: readonly string[]
  readonly memberClass: string
  readonly memberCode: string
  readonly subsystemCode: string
  readonly services: readonly string[]
}

/** The Ministry's subsystem, and invented ones of the tax service and the register of civil status, in both instances of Trembita. */
export const providers: readonly [Provider, ...Provider[]] = [
  providerOf('mvs', '00032684', '20_EIS_prod'),
  providerOf('drfo', '43005393', 'DRFO_demo'),
  providerOf('dracs', '00015622', 'DRACS_demo'),
]

function providerOf(name: SimulatedService['provider'], memberCode: string, subsystemCode: string): Provider {
  const offered = Object.values(services).filter(({ provider }) => provider === name)
  return {
    ...{ instances: ['SEVDEIR', 'SEVDEIR-TEST'], memberClass: 'GOV', memberCode, subsystemCode },
    services: offered.map((service) => service.name),
  }
}

/** A member code that is never registered, and one that is registered without access: both faults can be tested without configuration. */
const reservedMemberCodes = { unknown: '00000000', denied: '99999999' } as const

/** The known clients, as patterns: `INSTANCE/CLASS/CODE/SUBSYSTEM`, or `INSTANCE/CLASS/CODE` of a member; `*` matches anything. */
interface MemberOptions {
  readonly providers: readonly [Provider, ...Provider[]]
  readonly clients: readonly string[]
  readonly denied: readonly string[]
}

/** The security servers' register of members and access rights. */
export class Members {
  readonly #providers: readonly [Provider, ...Provider[]]
  readonly #clients: readonly RegExp[]
  readonly #denied: readonly RegExp[]

  /** Throws a RangeError that names an invalid pattern. */
  constructor(options: MemberOptions) {
    this.#providers = options.providers
    this.#clients = options.clients.map(compile)
    this.#denied = options.denied.map(compile)
  }

  /** The fault for an unknown client or service, or a client without access. */
  check(client: MemberId, service: ProvidedServiceId): SoapFault | undefined {
    const name = memberName(client)
    if (!this.#isRegistered(client, name))
      return fault('Server.ClientProxy.UnknownMember', `Client '${clientName(client)}' not found`)
    // An unknown provider is reported by the client's own security server; only the provider's server knows its services.
    if (this.#providerOf(service) === undefined) {
      return fault(
        'Server.ClientProxy.UnknownMember',
        `Could not find addresses for service provider "${serviceName(service)}"`,
      )
    }
    if (!this.knows(service)) {
      return fault('Server.ServerProxy.UnknownService', `Unknown service: ${serviceName(service)}`)
    }
    if (client.memberCode === reservedMemberCodes.denied || this.#denied.some((each) => each.test(name))) {
      return fault('Server.ServerProxy.AccessDenied', `Request is not allowed: ${serviceName(service)}`)
    }
    return undefined
  }

  /** Whether the platform has this service. No service has a version. */
  knows(service: ProvidedServiceId): boolean {
    const provider = this.#providerOf(service)
    return service.serviceVersion === undefined && provider?.services.includes(service.serviceCode) === true
  }

  #providerOf(service: ProvidedServiceId): Provider | undefined {
    return this.#providers.find(
      (provider) =>
        provider.instances.includes(service.xRoadInstance) &&
        service.memberClass === provider.memberClass &&
        service.memberCode === provider.memberCode &&
        service.subsystemCode === provider.subsystemCode,
    )
  }

  /** A service's id with empty parts filled in from its provider. */
  completed(service: ServiceId): ServiceId {
    const [first] = this.#providers
    const provider = this.#providers.find(({ services }) => services.includes(service.serviceCode)) ?? first
    return {
      xRoadInstance: service.xRoadInstance || (provider.instances[0] ?? ''),
      memberClass: service.memberClass || provider.memberClass,
      memberCode: service.memberCode || provider.memberCode,
      subsystemCode: service.subsystemCode || provider.subsystemCode,
      serviceCode: service.serviceCode,
      serviceVersion: service.serviceVersion,
    }
  }

  #isRegistered(client: MemberId, name: string): boolean {
    if (this.#clients.length > 0) return this.#clients.some((each) => each.test(name))
    return (
      this.#providers.some((each) => each.instances.includes(client.xRoadInstance)) &&
      client.memberCode !== reservedMemberCodes.unknown
    )
  }
}

function compile(pattern: string): RegExp {
  const parts = pattern.split('/')
  if (parts.length < 3 || parts.length > 4 || parts.includes('')) {
    throw new RangeError(`Not INSTANCE/CLASS/CODE/SUBSYSTEM or INSTANCE/CLASS/CODE (each may be *): ${pattern}`)
  }
  return new RegExp(
    `^${parts.map((part) => (part === '*' ? '[^/]*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('/')}$`,
  )
}

function fault(code: string, message: string): SoapFault {
  return { code, message }
}
