import { readFileSync } from 'node:fs'
import { declaration } from './declaration.ts'
import { secretNames, unknownNames } from './names.ts'
import { isSetting, type Read, type Setting, type SettingTree } from './setting.ts'

/** All settings, typed. See docs/configuration.md. */
export type Settings = Read<typeof declaration>

/** Environment variables: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Lists every problem of the environment, each with the name of its setting. Contains no secret values. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `the environment is wrong: ${problems[0]}`
        : `the environment is wrong in ${problems.length} places:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/**
 * Reads the environment (spec 7.2). Empty values count as absent. All problems are collected and thrown as one `SettingsError`: wrong
 * values, and unknown names with our prefixes. `below` holds values that rank between the environment and the defaults (the demo's
 * organisation, a command's log level).
 */
export function readSettings(environment: Environment, below: Environment = {}): Settings {
  const problems: string[] = []
  const given = withSecretFiles(environment, (name) => environment[name] || below[name], problems)
  const settings = readTree(declaration, given, problems)
  problems.push(...contradictions(settings))
  for (const { name, nearest } of unknownNames(Object.keys(environment))) {
    problems.push(`${name} is not a name that zvirka knows${nearest ? `; did you mean ${nearest}?` : ''}`)
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

type Given = (name: string) => string | undefined

/** Reads a secret from the file in `<name>_FILE` (systemd's LoadCredential, container secrets), so that it is in no environment. */
function withSecretFiles(environment: Environment, given: Given, problems: string[]): Given {
  const read = new Map<string, string>()
  for (const name of secretNames) {
    const path = environment[`${name}_FILE`]
    if (path === undefined || path === '') continue
    if (environment[name]) problems.push(`${name} and ${name}_FILE are both set: leave one of the two out`)
    try {
      // Editors end a file with a newline.
      const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (text === '') problems.push(`${name}_FILE names an empty file`)
      else read.set(name, text)
    } catch (error) {
      problems.push(`${name}_FILE names a file that cannot be read (${Reflect.get(Object(error), 'code')})`)
    }
  }
  return (name) => read.get(name) ?? given(name)
}

/** Reads a tree of settings and adds what is wrong to `problems`. */
// The result mirrors the shape of the tree key by key; TypeScript cannot infer this through Object.entries.
export function readTree<Tree extends SettingTree>(tree: Tree, given: Given, problems: string[]): Read<Tree> {
  const entries = Object.entries(tree).map(([key, node]) => [
    key,
    isSetting(node) ? readOne(node, given, problems) : readTree(node, given, problems),
  ])
  return Object.fromEntries(entries) as Read<Tree>
}

function readOne(one: Setting<unknown>, given: Given, problems: string[]): unknown {
  const fallback = typeof one.fallback === 'object' ? one.fallback.value(given) : one.fallback
  const raw = given(one.name) ?? fallback
  if (raw === undefined) return undefined
  const parsed = raw === raw.trim() ? one.parser.parse(raw) : { problem: 'has white space around it' }
  if ('value' in parsed) return parsed.value
  // The default comes from another setting that is wrong and already reported.
  if (raw !== given(one.name) && typeof one.fallback === 'object') return undefined
  problems.push(`${one.name} ${parsed.problem}${one.isSecret ? '' : `, not ${JSON.stringify(raw.slice(0, 200))}`}`)
  return undefined
}

/** Values that are valid alone but contradict each other. */
function contradictions({
  trembita: { tls },
  mail,
  api,
  oidc,
  employeeRequests,
  signatures,
  drfo,
  dracsDeath,
}: Settings): string[] {
  return [
    ...Object.entries(dracsDeath).flatMap(contradictionsOfScores),
    ...contradictionsOfDrfo(drfo),
    ...contradictionsOfTls(tls),
    ...contradictionsOfMail(mail),
    ...contradictionsOfSignIn(api, oidc),
    ...contradictionsOfOidc(oidc),
    ...contradictionsOfSignatures(employeeRequests, signatures),
  ]
}

function contradictionsOfDrfo({ notVerifiedResults, closedResults }: Settings['drfo']): string[] {
  // A value that is wrong by itself is undefined here and already reported.
  const both = [...(notVerifiedResults ?? [])].filter((code) => closedResults?.has(code))
  if (both.length === 0) return []
  return [
    `DRFO_NOT_VERIFIED_RESULTS and DRFO_CLOSED_RESULTS both have ${both.join(', ')}: a Result means one of the two`,
  ]
}

function contradictionsOfScores([subject, { full, partial }]: [string, Settings['dracsDeath']['person']]): string[] {
  // A value that is wrong by itself is undefined here and already reported.
  if (full === undefined || partial === undefined || partial < full) return []
  const name = (part: string) => `${subject.toUpperCase()}_DRACS_DEATH_ACT_${part}_MATCH_SCORE`
  return [`${name('PARTIAL')} is not below ${name('FULL')}`]
}

function contradictionsOfSignIn({ passwordSignIn }: Settings['api'], { issuer }: Settings['oidc']): string[] {
  // A value that is wrong by itself is undefined here and already reported.
  if (passwordSignIn !== false || issuer !== undefined) return []
  return ['OIDC_ISSUER is missing: ZVIRKA_PASSWORD_SIGN_IN is off, and nobody could sign in without an OpenID provider']
}

function contradictionsOfOidc({ issuer, audience }: Settings['oidc']): string[] {
  if (issuer === undefined || audience !== undefined) return []
  return ['OIDC_AUDIENCE is missing: OIDC_ISSUER is set, and a token made for others must not open ours']
}

function contradictionsOfSignatures(
  { signedContent }: Settings['employeeRequests'],
  { url }: Settings['signatures'],
): string[] {
  if (signedContent !== 'http' || url !== undefined) return []
  return [
    'SIGNATURE_SERVICE_URL is missing: EMPLOYEE_REQUEST_SIGNED_CONTENT is http, and somebody must verify signatures',
  ]
}

function contradictionsOfMail({ smtpUrl, postmarkToken, from }: Settings['mail']): string[] {
  if (smtpUrl !== undefined && postmarkToken !== undefined)
    return ['SMTP_URL and POSTMARK_TOKEN are both set: mails go one way, leave one of the two out']
  if (from !== undefined || (smtpUrl ?? postmarkToken) === undefined) return []
  return [
    `MAIL_FROM is missing: ${smtpUrl === undefined ? 'POSTMARK_TOKEN' : 'SMTP_URL'} is set, and a mail needs a sender`,
  ]
}

function contradictionsOfTls(tls: Settings['trembita']['tls']): string[] {
  if ((tls.certificate === undefined) === (tls.key === undefined)) return []
  const [set, missing] =
    tls.key === undefined ? ['TREMBITA_TLS_CERT', 'TREMBITA_TLS_KEY'] : ['TREMBITA_TLS_KEY', 'TREMBITA_TLS_CERT']
  return [`${missing} is missing: ${set} is set, and one is of no use without the other`]
}
