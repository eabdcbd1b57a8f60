/** The state registries as typed functions over Trembita. What protects each service (breaker, budget, gate, rate) is made here. */
import type { Executor } from '../database/query.ts'
import { type Breaker, createBreaker } from '../trembita/breaker.ts'
import type { CallOptions, CallResult, Service } from '../trembita/call.ts'
import { type ClientOptions, createClient } from '../trembita/client.ts'
import { createTemplate } from '../trembita/envelope.ts'
import { createRetryBudget } from '../trembita/retry-budget.ts'
import { createServers } from '../trembita/servers.ts'
import type { GroupSettings } from '../trembita/settings.ts'
import type { Expiry } from '../trembita/tls.ts'
import { createTransport, type ReloadHook } from '../trembita/transport.ts'
import { createAdmission } from './admission.ts'
import type { PassportQuestion } from './check-passport.ts'
import type { UnzrQuestion } from './check-unzr.ts'
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
import type { StatusAnswer } from './status.ts'
import type { UnzrInfo } from './unzr-info.ts'

/** Whether the registry has a record, or why nobody knows. */
export type RegistryAnswer = CallResult<StatusAnswer>

/** The registries. Each call may wait for its turn, asks, repeats what may be repeated, and never throws for what the other side did. */
export interface Registries {
  /** Is the passport stolen or lost (1) or not (0)? */
  checkPassportStatus(question: PassportQuestion, options?: CallOptions): Promise<RegistryAnswer>
  /** Is the passport invalid (1) or not (0)? */
  checkPassportDmsStatus(question: PassportQuestion, options?: CallOptions): Promise<RegistryAnswer>
  /** Does the UNZR belong to this person (1) or not (0)? */
  checkUnzr(question: UnzrQuestion, options?: CallOptions): Promise<RegistryAnswer>
  /** What the registry holds about a UNZR; null where it holds nothing. One attempt: the job that asks repeats by itself (spec 4.1). */
  unzrInfo(question: { readonly unzr: string }, options?: CallOptions): Promise<CallResult<UnzrInfo | null>>
  /** Does the tax register know this number with this name and birth date? */
  infoRnokpp(question: RnokppQuestion, options?: CallOptions): Promise<CallResult<RnokppAnswer>>
  /** Which acts of death has the register of civil status for this name and birth date? */
  deathActsByName(question: DeathActsQuestion, options?: CallOptions): Promise<CallResult<DeathActs>>
  /** The services that are served (spec 8.1). */
  readonly served: readonly ServiceName[]
  readonly breakers: Readonly<Record<ServiceName, Breaker>>
  /** When the certificates in use expire. */
  certificates(): readonly Expiry[]
  /** Ends the connections; calls under way come back as aborted. */
  close(): Promise<void>
}

/** What the registries are made of. The database holds the rate of the organisation; without it only `rateLimit: 'off'` will do. */
export interface RegistriesOptions extends Omit<ClientOptions, 'transport' | 'servers'> {
  readonly settings: RegistriesSettings
  readonly database?: Executor
  readonly onReload?: ReloadHook
  /** Told of what goes wrong on our side of a call, such as a database that cannot be asked for the rate. */
  readonly onTrouble?: (error: unknown) => void
  /** Told the names of fields that acts of death have and nobody reads, with each answer that has some. */
  readonly onUnreadFields?: (names: readonly string[]) => void
}

/** Opens the registries. Throws for settings that cannot work: a name that no XML element may have, bad certificates. */
export function createRegistries(options: RegistriesOptions): Registries {
  const { settings, database, onReload, clock, onTrouble = () => undefined, onUnreadFields } = options
  const transport = createTransport(settings, onReload)
  const client = createClient({ ...options, transport, servers: createServers(settings.urls.length, clock) })
  const breakers = {
    checkunzr: createBreaker(clock),
    unzr: createBreaker(clock),
    CheckPassportStatus: createBreaker(clock),
    CheckPassportDMSStatus: createBreaker(clock),
    InfoRNOKPPDRFO: createBreaker(clock),
    GetDeathArByFullNameAndBirthDate: createBreaker(clock),
  }

  const rateOf = (name: ServiceName, { rateLimit }: GroupSettings) => {
    if (rateLimit === 'off') return undefined
    if (database === undefined) throw new Error('a rate limit needs the database, where the workers share it')
    return createRateLimiter(database, name, rateLimit, clock)
  }

  /** A function that asks one service; a service that the settings lack fails when it is first used. */
  function ask<Question, T>(name: ServiceName, { children, values, read }: Asking<Question, T>) {
    const definition = definitionOf(settings, name)
    const group = settings.groups[groupOf(name)]
    if (definition === undefined || group === undefined)
      return () => Promise.reject(new Error(`no settings for the service ${name}`))
    const service: Service<T> = {
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
      if (result.kind === 'answer' && result.value.unknownFields.length > 0)
        onUnreadFields?.(result.value.unknownFields)
      return result
    },
    unzrInfo: (question, callOptions) => askUnzrInfo(question, { ...callOptions, retry: false }),
    served: serviceNames.filter((name) => definitionOf(settings, name) !== undefined),
    breakers,
    certificates: () => transport.certificates(),
    close: () => transport.close(),
  }
}
