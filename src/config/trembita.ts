import { type Settings, SettingsError } from './settings.ts'

type Trembita = Settings['trembita']
type Present<T, Key extends keyof T> = { readonly [K in keyof T]: K extends Key ? NonNullable<T[K]> : T[K] }

/** The settings of Trembita once it is certain that a message can be addressed (spec 3.3: what has no default outside the demo). */
export type CompleteTrembita = Omit<Present<Trembita, 'urls' | 'instance' | 'userId'>, 'client'> & {
  readonly client: Present<Trembita['client'], 'memberCode' | 'subsystemCode'>
}

/** The organisation in whose name the demo speaks to a simulator of its own; laid under the environment, so that what is set there wins. */
export const demoTrembita = {
  TREMBITA_SEVDEIR_INSTANCE: 'SEVDEIR-TEST',
  TREMBITA_SEVDEIR_USERID: 'zvirka-demo',
  TREMBITA_MVS_CLIENT_MEMBER_CODE: '42032422',
  TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: 'zvirka_demo',
  TREMBITA_MVS_RATE_LIMIT: 'off',
} as const

/** Checks that a command that calls out has all it needs, and gives the settings in a type that says so; throws a `SettingsError` naming all that is missing. */
export function requireTrembita({ trembita }: Settings): CompleteTrembita {
  const { urls, instance, userId, client } = trembita
  const { memberCode, subsystemCode } = client
  const problems = [...missing(trembita), ...missingForTls(trembita)]
  if (problems.length > 0) throw new SettingsError(problems)
  if (!(urls && instance && userId && memberCode && subsystemCode))
    throw new Error('missing() has overlooked a setting')
  return { ...trembita, urls, instance, userId, client: { ...client, memberCode, subsystemCode } }
}

function missing({ urls, instance, userId, client }: Trembita): string[] {
  const needed = {
    TREMBITA_URLS: urls,
    TREMBITA_SEVDEIR_INSTANCE: instance,
    TREMBITA_SEVDEIR_USERID: userId,
    TREMBITA_MVS_CLIENT_MEMBER_CODE: client.memberCode,
    TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: client.subsystemCode,
  }
  return Object.entries(needed).flatMap(([name, value]) =>
    value === undefined ? [`${name} is not set; without it no registry can be called`] : [],
  )
}

/** TLS to a security server is mutual and its certificate is pinned (spec 3.2), so an https address needs all three files. */
function missingForTls({ urls = [], tls }: Trembita): string[] {
  if (!urls.some((url) => url.startsWith('https:'))) return []
  const needed = { TREMBITA_TLS_CERT: tls.certificate, TREMBITA_TLS_KEY: tls.key, TREMBITA_TLS_CA: tls.authority }
  return Object.entries(needed).flatMap(([name, value]) =>
    value === undefined ? [`${name} is not set; an https address in TREMBITA_URLS needs it`] : [],
  )
}
