import type { SettingProblem } from '../messages/settings.ts'
import { type Settings, SettingsError } from './settings.ts'

type Trembita = Settings['trembita']
type Groups = Trembita['groups']
type Present<T> = { readonly [Key in keyof T]: NonNullable<T[Key]> }

/** A service group: the services of one registry. */
type SettingsGroup = keyof Groups
type GroupOf<Services> = Omit<Groups['mvs'], 'services'> & { readonly services: Services }

/** The settings of a served group, complete enough to address a message. */
type ServedGroup<Services> = Omit<GroupOf<Services>, 'client' | 'service'> & {
  readonly client: Present<Groups['mvs']['client']>
  readonly service: Present<Groups['mvs']['service']>
}

/**
 * Trembita's settings with everything set that a message needs (spec 3.3: what has no default outside the demo). A group that is not served
 * is undefined (spec 8.1); the Ministry of Internal Affairs is always served.
 */
export type CompleteTrembita = Omit<Trembita, 'urls' | 'instance' | 'userId' | 'groups'> &
  Present<Pick<Trembita, 'urls' | 'instance' | 'userId'>> & {
    readonly groups: {
      readonly mvs: ServedGroup<Groups['mvs']['services']>
      readonly drfo:
        | (ServedGroup<Groups['drfo']['services']> & { readonly executor: Present<Groups['drfo']['executor']> })
        | undefined
      readonly dracs: ServedGroup<Groups['dracs']['services']> | undefined
    }
  }

/** Whether a group is served: the subsystem of its registry is set (spec 8.1). */
export function isGroupServed({ trembita }: Settings, group: SettingsGroup): boolean {
  return trembita.groups[group].service.subsystemCode !== undefined
}

/** The setting that enables a group. */
export function servingSetting(group: SettingsGroup): string {
  return nameIn(group, 'SERVICE_SUBSYSTEM_CODE')
}

/** The organisation that the demo uses with its own simulator. It ranks below the environment. */
export const demoTrembita = {
  TREMBITA_SEVDEIR_INSTANCE: 'SEVDEIR-TEST',
  TREMBITA_SEVDEIR_USERID: 'zvirka-demo',
  TREMBITA_MVS_CLIENT_MEMBER_CODE: '42032422',
  TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: 'zvirka_demo',
  TREMBITA_MVS_RATE_LIMIT: 'off',
  TREMBITA_DRFO_SERVICE_MEMBER_CODE: '43005393',
  TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE: 'DRFO_demo',
  TREMBITA_DRFO_EXECUTOR_RNOKPP: '3184710691',
  TREMBITA_DRFO_EXECUTOR_FULL_NAME: 'Демонстраційний Виконавець',
  TREMBITA_DRFO_RATE_LIMIT: 'off',
  TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE: 'DRACS_demo',
  TREMBITA_DRACS_RATE_LIMIT: 'off',
} as const

/**
 * Checks that everything a calling command needs is set, and returns the settings with the narrower type. Throws a `SettingsError` that
 * names all missing settings.
 */
export function requireTrembita(settings: Settings): CompleteTrembita {
  const { trembita } = settings
  const { urls, instance, userId } = trembita
  const { mvs, drfo, dracs } = trembita.groups
  const servesDrfo = isGroupServed(settings, 'drfo')
  const servesDracs = isGroupServed(settings, 'dracs')
  const needed = {
    TREMBITA_URLS: urls,
    TREMBITA_SEVDEIR_INSTANCE: instance,
    TREMBITA_SEVDEIR_USERID: userId,
    ...neededOf('mvs', mvs),
  }
  const neededForDrfo = {
    ...neededOf('drfo', drfo),
    [nameIn('drfo', 'EXECUTOR_RNOKPP')]: drfo.executor.rnokpp,
    [nameIn('drfo', 'EXECUTOR_FULL_NAME')]: drfo.executor.fullName,
  }
  const problems = [
    ...missing(needed, neededByAll),
    ...(servesDrfo ? missing(neededForDrfo, neededByRegistry('drfo')) : []),
    ...(servesDracs ? missing(neededOf('dracs', dracs), neededByRegistry('dracs')) : []),
    ...missingForTls(trembita),
  ]
  if (problems.length > 0) throw new SettingsError(problems)
  return {
    ...trembita,
    ...present({ urls, instance, userId }),
    groups: {
      mvs: complete(mvs),
      drfo: servesDrfo ? { ...complete(drfo), executor: present(drfo.executor) } : undefined,
      dracs: servesDracs ? complete(dracs) : undefined,
    },
  }
}

type Missing = (setting: string) => SettingProblem

const neededByAll: Missing = (setting) => ({ code: 'setting_needed_by_registries', params: { setting } })

function neededByRegistry(group: SettingsGroup): Missing {
  const since = servingSetting(group)
  return (setting) => ({ code: 'setting_needed_by_registry', params: { setting, since } })
}

function complete<Services>(group: GroupOf<Services>): ServedGroup<Services> {
  return { ...group, client: present(group.client), service: present(group.service) }
}

/** Narrows the type of values that were checked to be set. */
function present<T extends object>(values: T): Present<T> {
  for (const [name, value] of Object.entries(values))
    if (value === undefined) throw new Error(`missing() has overlooked ${name}`)
  return values as Present<T>
}

function nameIn(group: SettingsGroup, part: string): string {
  return `TREMBITA_${group.toUpperCase()}_${part}`
}

function neededOf(group: SettingsGroup, { client, service }: GroupOf<unknown>): Record<string, string | undefined> {
  return {
    [nameIn(group, 'CLIENT_MEMBER_CODE')]: client.memberCode,
    [nameIn(group, 'CLIENT_SUBSYSTEM_CODE')]: client.subsystemCode,
    [nameIn(group, 'SERVICE_MEMBER_CODE')]: service.memberCode,
    [nameIn(group, 'SERVICE_SUBSYSTEM_CODE')]: service.subsystemCode,
  }
}

function missing(needed: Readonly<Record<string, unknown>>, problem: Missing): SettingProblem[] {
  return Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [problem(name)] : []))
}

/** TLS to a security server is mutual and pins its certificate (spec 3.2), so an https address needs all three files. */
function missingForTls({ urls = [], tls }: Trembita): SettingProblem[] {
  if (!urls.some((url) => url.startsWith('https:'))) return []
  const needed = { TREMBITA_TLS_CERT: tls.certificate, TREMBITA_TLS_KEY: tls.key, TREMBITA_TLS_CA: tls.authority }
  return missing(needed, (setting) => ({ code: 'setting_needed_by_https', params: { setting } }))
}
