import { readFileSync } from 'node:fs'
import { sayCommand } from '../messages/command-messages.ts'
import type { SettingProblem } from '../messages/settings.ts'
import { errorCodeOf } from '../observability/errors.ts'
import { declaration } from './declaration.ts'
import { secretNames, unknownNames } from './names.ts'
import type { DescribeProblem } from './parsers.ts'
import { isSetting, type Read, type Setting, type SettingTree } from './setting.ts'

/** All settings, typed. See docs/configuration.md. */
export type Settings = Read<typeof declaration>

/** Environment variables: names and texts. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Lists every problem of the environment, each with the name of its setting. Contains no secret values. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly problems: readonly SettingProblem[]
  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(sayCommand)
    super(
      lines.length === 1
        ? `the environment is wrong: ${lines[0]}`
        : `the environment is wrong in ${lines.length} places:\n${lines.map((line) => `  ${line}`).join('\n')}`,
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
  const problems: SettingProblem[] = []
  const given = withSecretFiles(environment, (name) => environment[name] || below[name], problems)
  const settings = readTree(declaration, given, problems)
  problems.push(...contradictions(settings))
  for (const { name: setting, nearest } of unknownNames(Object.keys(environment))) {
    if (nearest === undefined) problems.push({ code: 'setting_unknown', params: { setting } })
    else problems.push({ code: 'setting_misspelt', params: { setting, nearest } })
  }
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

type Given = (name: string) => string | undefined

/** Reads a secret from the file in `<name>_FILE` (systemd's LoadCredential, container secrets), so that it is in no environment. */
function withSecretFiles(environment: Environment, given: Given, problems: SettingProblem[]): Given {
  const read = new Map<string, string>()
  for (const setting of secretNames) {
    const path = environment[`${setting}_FILE`]
    if (path === undefined || path === '') continue
    if (environment[setting]) problems.push({ code: 'setting_set_twice', params: { setting } })
    try {
      // Editors end a file with a newline.
      const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      if (text === '') problems.push({ code: 'setting_file_empty', params: { setting } })
      else read.set(setting, text)
    } catch (error) {
      problems.push({ code: 'setting_file_unreadable', params: { setting, error: String(errorCodeOf(error)) } })
    }
  }
  return (name) => read.get(name) ?? given(name)
}

/** Reads a tree of settings and adds what is wrong to `problems`. */
// The result mirrors the shape of the tree key by key; TypeScript cannot infer this through Object.entries.
export function readTree<Tree extends SettingTree>(tree: Tree, given: Given, problems: SettingProblem[]): Read<Tree> {
  const entries = Object.entries(tree).map(([key, node]) => [
    key,
    isSetting(node) ? readOne(node, given, problems) : readTree(node, given, problems),
  ])
  return Object.fromEntries(entries) as Read<Tree>
}

function readOne(one: Setting<unknown>, given: Given, problems: SettingProblem[]): unknown {
  const fallback = typeof one.fallback === 'object' ? one.fallback.value(given) : one.fallback
  const raw = given(one.name) ?? fallback
  if (raw === undefined) return undefined
  const parsed = raw === raw.trim() ? one.parser.parse(raw) : { problem: inWhiteSpace }
  if ('value' in parsed) return parsed.value
  // The default comes from another setting that is wrong and already reported.
  if (raw !== given(one.name) && typeof one.fallback === 'object') return undefined
  problems.push(parsed.problem({ setting: one.name, given: one.isSecret ? '' : raw.slice(0, 200), or: '' }))
  return undefined
}

const inWhiteSpace: DescribeProblem = (params) => ({ code: 'setting_in_white_space', params })

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
}: Settings): SettingProblem[] {
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

function contradictionsOfDrfo({ notVerifiedResults, closedResults }: Settings['drfo']): SettingProblem[] {
  // A value that is wrong by itself is undefined here and already reported.
  const both = [...(notVerifiedResults ?? [])].filter((code) => closedResults?.has(code))
  if (both.length === 0) return []
  return [{ code: 'result_codes_overlap', params: { setting: 'DRFO_CLOSED_RESULTS', codes: both.join(', ') } }]
}

function contradictionsOfScores([subject, { full, partial }]: [
  string,
  Settings['dracsDeath']['person'],
]): SettingProblem[] {
  // A value that is wrong by itself is undefined here and already reported.
  if (full === undefined || partial === undefined || partial < full) return []
  const name = (part: string) => `${subject.toUpperCase()}_DRACS_DEATH_ACT_${part}_MATCH_SCORE`
  return [{ code: 'partial_score_not_below', params: { setting: name('PARTIAL'), full: name('FULL') } }]
}

function contradictionsOfSignIn({ passwordSignIn }: Settings['api'], { issuer }: Settings['oidc']): SettingProblem[] {
  // A value that is wrong by itself is undefined here and already reported.
  if (passwordSignIn !== false || issuer !== undefined) return []
  return [{ code: 'oidc_issuer_missing', params: { setting: 'OIDC_ISSUER' } }]
}

function contradictionsOfOidc({ issuer, audience }: Settings['oidc']): SettingProblem[] {
  if (issuer === undefined || audience !== undefined) return []
  return [{ code: 'oidc_audience_missing', params: { setting: 'OIDC_AUDIENCE' } }]
}

function contradictionsOfSignatures(
  { signedContent }: Settings['employeeRequests'],
  { url }: Settings['signatures'],
): SettingProblem[] {
  if (signedContent !== 'http' || url !== undefined) return []
  return [{ code: 'signature_service_missing', params: { setting: 'SIGNATURE_SERVICE_URL' } }]
}

function contradictionsOfMail({ smtpUrl, postmarkToken, from }: Settings['mail']): SettingProblem[] {
  if (smtpUrl !== undefined && postmarkToken !== undefined)
    return [{ code: 'mail_set_twice', params: { setting: 'POSTMARK_TOKEN' } }]
  if (from !== undefined || (smtpUrl ?? postmarkToken) === undefined) return []
  const since = smtpUrl === undefined ? 'POSTMARK_TOKEN' : 'SMTP_URL'
  return [{ code: 'mail_sender_missing', params: { setting: 'MAIL_FROM', since } }]
}

function contradictionsOfTls(tls: Settings['trembita']['tls']): SettingProblem[] {
  if ((tls.certificate === undefined) === (tls.key === undefined)) return []
  const [since, setting] =
    tls.key === undefined
      ? (['TREMBITA_TLS_CERT', 'TREMBITA_TLS_KEY'] as const)
      : (['TREMBITA_TLS_KEY', 'TREMBITA_TLS_CERT'] as const)
  return [{ code: 'tls_setting_without_pair', params: { setting, since } }]
}
