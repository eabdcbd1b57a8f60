/** The state registries as typed functions over Trembita. What protects each service (breaker, budget, gate, rate) is made here. */
import type { Executor } from '../database/query.ts'
import { type Breaker, createBreaker } from '../trembita/breaker.ts'
import type { CallOptions, CallResult, Service } from '../trembita/call.ts'
import { type ClientOptions, createClient } from '../trembita/client.ts'
import { createTemplate } from '../trembita/envelope.ts'
import { createRetryBudget } from '../trembita/retry-budget.ts'
import { createServers } from '../trembita/servers.ts'
import type { TrembitaSettings } from '../trembita/settings.ts'
import type { Expiry } from '../trembita/tls.ts'
import { createTransport, type ReloadHook } from '../trembita/transport.ts'
import { createAdmission } from './admission.ts'
import { checkPassport, type PassportQuestion } from './check-passport.ts'
import { checkUnzr, type UnzrQuestion } from './check-unzr.ts'
import { createRateLimiter } from './rate-limit.ts'
import { type Asking, defineService, type ServiceName } from './services.ts'
import type { StatusAnswer } from './status.ts'
import { type UnzrInfo, unzrInfo } from './unzr-info.ts'

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
  readonly breakers: Readonly<Record<ServiceName, Breaker>>
  /** When the certificates in use expire. */
  certificates(): readonly Expiry[]
  /** Ends the connections; calls under way come back as aborted. */
  close(): Promise<void>
}

/** What the registries are made of. The database holds the rate of the organisation; without it only `rateLimit: 'off'` will do. */
export interface RegistriesOptions extends Omit<ClientOptions, 'transport' | 'servers'> {
  readonly settings: TrembitaSettings
  readonly database?: Executor
  readonly onReload?: ReloadHook
  /** Told of what goes wrong on our side of a call, such as a database that cannot be asked for the rate. */
  readonly onTrouble?: (error: unknown) => void
}

/** Opens the registries. Throws for settings that cannot work: a name that no XML element may have, bad certificates. */
export function createRegistries(options: RegistriesOptions): Registries {
  const { settings, database, onReload, clock, onTrouble = () => undefined } = options
  const transport = createTransport(settings, onReload)
  const client = createClient({ ...options, transport, servers: createServers(settings.urls.length, clock) })
  const breakers = {
    checkunzr: createBreaker(clock),
    unzr: createBreaker(clock),
    CheckPassportStatus: createBreaker(clock),
    CheckPassportDMSStatus: createBreaker(clock),
  }

  const rateOf = (name: ServiceName) => {
    if (settings.rateLimit === 'off') return undefined
    if (database === undefined) throw new Error('a rate limit needs the database, where the workers share it')
    return createRateLimiter(database, name, settings.rateLimit, clock)
  }

  /** A function that asks one service; a service that the settings lack fails when it is first used. */
  function ask<Question, T>(name: ServiceName, { children, values, read }: Asking<Question, T>) {
    const serviceSettings = settings.services[name]
    if (serviceSettings === undefined) return () => Promise.reject(new Error(`no settings for the service ${name}`))
    const definition = defineService(settings, serviceSettings)
    const service: Service<T> = {
      name,
      definition,
      read,
      template: createTemplate(definition, children),
      breaker: breakers[name],
      budget: createRetryBudget(clock),
      admission: createAdmission(settings.concurrency, rateOf(name), onTrouble),
    }
    return (question: Question, callOptions?: CallOptions) => client.call(service, values(question), callOptions)
  }

  const askUnzrInfo = ask('unzr', unzrInfo)
  return {
    checkPassportStatus: ask('CheckPassportStatus', checkPassport),
    checkPassportDmsStatus: ask('CheckPassportDMSStatus', checkPassport),
    checkUnzr: ask('checkunzr', checkUnzr),
    unzrInfo: (question, callOptions) => askUnzrInfo(question, { ...callOptions, retry: false }),
    breakers,
    certificates: () => transport.certificates(),
    close: () => transport.close(),
  }
}
