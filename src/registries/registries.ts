/** The state registries as typed functions over Trembita, each service with its breaker, retry budget, concurrency gate and rate limit. */
import type { Executor } from '../database/query.ts'
import { type Breaker, createBreaker } from '../trembita/breaker.ts'
import type { CalledService, CallOptions, CallResult } from '../trembita/call.ts'
import { type ClientOptions, createClient } from '../trembita/client.ts'
import { createTemplate } from '../trembita/envelope.ts'
import { createRetryBudget } from '../trembita/retry-budget.ts'
import { createServers } from '../trembita/servers.ts'
import type { GroupSettings } from '../trembita/settings.ts'
import type { Expiry } from '../trembita/tls.ts'
import { createTransport, type ReloadHook } from '../trembita/transport.ts'
import { createAdmission } from './admission.ts'
import type { DeathActs, DeathActsQuestion } from './death-acts.ts'
import type { RnokppAnswer, RnokppQuestion } from './info-rnokpp.ts'
import { createRateLimiter } from './rate-limit.ts'
import {
  type Asking,
  askingOf,
  definitionOf,
  groupOf,
  type RegistriesSettings,
  type ServiceName,
  serviceNames,
} from './services.ts'
import type { PassportRequest, RegistryStatus, UnzrRequest } from './status.ts'
import type { UnzrInfo } from './unzr-info.ts'

/** Whether the registry has a record, or why this is unknown. */
export type StatusCallResult = CallResult<RegistryStatus>

/** The registries. Each call waits to be admitted, asks, retries what may be retried, and never throws because of the remote side. */
export interface Registries {
  /** Is the passport stolen or lost (1) or not (0)? */
  checkPassportStatus(question: PassportRequest, options?: CallOptions): Promise<StatusCallResult>
  /** Is the passport invalid (1) or not (0)? */
  checkPassportDmsStatus(question: PassportRequest, options?: CallOptions): Promise<StatusCallResult>
  /** Does the UNZR belong to this person (1) or not (0)? */
  checkUnzr(question: UnzrRequest, options?: CallOptions): Promise<StatusCallResult>
  /** What the registry has about a UNZR; null if nothing. One attempt only, because the calling job retries (spec 4.1). */
  unzrInfo(question: { readonly unzr: string }, options?: CallOptions): Promise<CallResult<UnzrInfo | null>>
  /** Does the tax register have this number with this name and birth date? */
  infoRnokpp(question: RnokppQuestion, options?: CallOptions): Promise<CallResult<RnokppAnswer>>
  /** The acts of death that the register of civil status has for this name and birth date. */
  deathActsByName(question: DeathActsQuestion, options?: CallOptions): Promise<CallResult<DeathActs>>
  /** The services that are enabled (spec 8.1). */
  readonly served: readonly ServiceName[]
  readonly breakers: Readonly<Record<ServiceName, Breaker>>
  /** Expiry dates of the certificates in use. */
  certificates(): readonly Expiry[]
  /** Closes the connections; calls in progress end as aborted. */
  close(): Promise<void>
}

/** Options of the registries. The database holds the organisation's rate; without one, `rateLimit` must be `'off'`. */
interface RegistriesOptions extends Omit<ClientOptions, 'transport' | 'servers'> {
  readonly settings: RegistriesSettings
  readonly database?: Executor
  readonly onReload?: ReloadHook
  /** Reports errors on our side of a call, such as a failed query for the rate. */
  readonly onTrouble?: (error: unknown) => void
  /** Reports that the breaker of a service opened or closed. */
  readonly onBreaker?: (service: ServiceName, isOpen: boolean) => void
  /** Reports the names of unknown fields in acts of death, once per answer. */
  readonly onUnreadFields?: (names: readonly string[]) => void
  /** Called with the acts of each answer of the register of civil status. */
  readonly onDeathActs?: (acts: DeathActs['acts']) => void
}

/** Creates the registries. Throws for settings that cannot work: an invalid XML element name, bad certificates. */
export function createRegistries(options: RegistriesOptions): Registries {
  const {
    settings,
    database,
    onReload,
    clock,
    onTrouble = () => undefined,
    onUnreadFields,
    onBreaker,
    onDeathActs,
  } = options
  const transport = createTransport(settings, onReload)
  const client = createClient({ ...options, transport, servers: createServers(settings.urls.length, clock) })
  const breaker = (name: ServiceName) => createBreaker(clock, (isOpen) => onBreaker?.(name, isOpen))
  const breakers = {
    checkunzr: breaker('checkunzr'),
    unzr: breaker('unzr'),
    CheckPassportStatus: breaker('CheckPassportStatus'),
    CheckPassportDMSStatus: breaker('CheckPassportDMSStatus'),
    InfoRNOKPPDRFO: breaker('InfoRNOKPPDRFO'),
    GetDeathArByFullNameAndBirthDate: breaker('GetDeathArByFullNameAndBirthDate'),
  }

  const rateOf = (name: ServiceName, { rateLimit }: GroupSettings) => {
    if (rateLimit === 'off') return undefined
    if (database === undefined) throw new Error('a rate limit needs the database, where the workers share it')
    return createRateLimiter(database, name, rateLimit, clock)
  }

  /** A function that calls one service. If the service is not configured, it fails on first use. */
  function ask<Question, T>(name: ServiceName, { children, values, read }: Asking<Question, T>) {
    const definition = definitionOf(settings, name)
    const group = settings.groups[groupOf(name)]
    if (definition === undefined || group === undefined)
      return () => Promise.reject(new Error(`no settings for the service ${name}`))
    const service: CalledService<T> = {
      name,
      definition,
      read,
      template: createTemplate(definition, children),
      breaker: breakers[name],
      budget: createRetryBudget(clock),
      admission: createAdmission(group.concurrency, rateOf(name, group), onTrouble),
    }
    return (question: Question, callOptions?: CallOptions) => client.call(service, values(question), callOptions)
  }

  const asking = askingOf(settings)
  const askUnzrInfo = ask('unzr', asking.unzr)
  const askDeathActs = ask('GetDeathArByFullNameAndBirthDate', asking.GetDeathArByFullNameAndBirthDate)
  return {
    checkPassportStatus: ask('CheckPassportStatus', asking.CheckPassportStatus),
    checkPassportDmsStatus: ask('CheckPassportDMSStatus', asking.CheckPassportDMSStatus),
    checkUnzr: ask('checkunzr', asking.checkunzr),
    infoRnokpp: ask('InfoRNOKPPDRFO', asking.InfoRNOKPPDRFO),
    async deathActsByName(question, callOptions) {
      const result = await askDeathActs(question, callOptions)
      if (result.kind !== 'answer') return result
      const { acts, unknownFields } = result.value
      onDeathActs?.(acts)
      if (unknownFields.length > 0) onUnreadFields?.(unknownFields)
      return result
    },
    unzrInfo: (question, callOptions) => askUnzrInfo(question, { ...callOptions, retry: false }),
    served: serviceNames.filter((name) => definitionOf(settings, name) !== undefined),
    breakers,
    certificates: () => transport.certificates(),
    close: () => transport.close(),
  }
}
