/** `zvirka doctor` (spec 7.1): checks everything that must work, and advises about what does not. It changes nothing. */
import { statfs } from 'node:fs/promises'
import { Command } from 'commander'
import { readSettings, type Settings, SettingsError } from '../config/settings.ts'
import { requireTrembita, servingSetting } from '../config/trembita.ts'
import { type AcquiredDatabase, acquireDatabase } from '../database/acquire.ts'
import { connect } from '../database/connection.ts'
import { sharesSessions } from '../database/sessions.ts'
import { sqlState, sqlStates } from '../database/sql-state.ts'
import { DatabaseUrlError } from '../database/tls-files.ts'
import {
  judgeDemo,
  judgeEngine,
  judgeRoles,
  judgeSchema,
  judgeServer,
  judgeSessions,
  judgeWork,
} from '../doctor/database.ts'
import { readEngine, readIsDemo, readRoles, readSchema, readServer, readWork } from '../doctor/database-facts.ts'
import { type Finding, findingJson, ok, problem, warning } from '../doctor/finding.ts'
import { judgeDisk, judgeMail, judgeNode, judgeProxies, judgeSignatures } from '../doctor/installation.ts'
import { judgeKeys, type NamedKeys, readKeys } from '../doctor/keys.ts'
import { examineServers } from '../doctor/security-servers.ts'
import { createMailer } from '../mail/mailer.ts'
import { sayCommand } from '../messages/command-messages.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import { bare } from '../messages/message.ts'
import { safeMessage } from '../observability/errors.ts'
import { signatureService } from '../signatures/service.ts'
import { OWN_STREAMS } from '../verification/status.ts'
import { type ExitCode, ending, exitCode } from './exit.ts'
import { LOCK_SECONDS } from './impatient-database.ts'
import { keysFileOf } from './keys-side.ts'
import { groupOfStream, servedStreams } from './served.ts'
import { settingsFor } from './trembita-access.ts'

interface Typed {
  readonly json?: boolean
}

/** `zvirka doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check settings, database, clock, disk, security servers, certificates, mail and signatures, and advise',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(ending(runDoctor))
}

const HELP = `
Nothing is changed, no registry is asked and no mail is sent. Security servers get a GET, which they refuse themselves; the
signature service gets an empty document.

--json: {"ok", "checks": [{"check", "level": "ok" | "warning" | "problem", "finding", "advice"}]}
  finding, advice: {"code", "params", "text"}; docs/messages.md lists the codes; advice is null if all is well

Exit codes: 0 all works, though there may be warnings; 1 something does not.`

async function runDoctor(typed: Typed): Promise<ExitCode> {
  const findings = [judgeNode(process.versions.node), ...(await examine())]
  const isWell = findings.every(({ level }) => level !== 'problem')
  process.stdout.write(typed.json === true ? `${JSON.stringify(asJson(findings, isWell))}\n` : asText(findings))
  return isWell ? exitCode.done : exitCode.failed
}

async function examine(): Promise<Finding[]> {
  let settings: Settings
  try {
    settings = readSettings(process.env)
  } catch (error) {
    // Without settings the database and the servers are unknown.
    return settingsProblems(error)
  }
  return [
    ok('settings', bare('settings_ok')),
    ...(await examineDatabase(settings)),
    ...(await examineTrembita(settings)),
    ...(await examineMail(settings)),
    await examineSignatures(settings),
    judgeProxies({ ...settings.http, trustedProxies: settings.api.trustedProxies }),
  ]
}

function servedFindings(settings: Settings): Finding[] {
  const served = servedStreams(settings)
  return OWN_STREAMS.map((stream) => {
    if (served.has(stream)) return ok('served registries', { code: 'stream_served', params: { stream } })
    const setting = servingSetting(groupOfStream(stream))
    return ok('served registries', { code: 'stream_not_served', params: { stream, setting } })
  })
}

function settingsProblems(error: unknown): Finding[] {
  if (!(error instanceof SettingsError)) throw error
  return error.problems.map((finding) => problem('settings', finding, bare('see_configuration')))
}

function unreachable(error: unknown): DoctorFinding {
  if (error instanceof DatabaseUrlError) return error.problem
  if (sqlState(error) === sqlStates.lockNotAvailable)
    return { code: 'database_locked', params: { seconds: LOCK_SECONDS } }
  return { code: 'database_unreachable', params: { error: safeMessage(error) } }
}

async function examineDatabase(settings: Settings): Promise<Finding[]> {
  let access: AcquiredDatabase
  try {
    access = await acquireDatabase(settings.database)
  } catch (error) {
    return [...servedFindings(settings), problem('database', unreachable(error), bare('name_a_database'))]
  }
  try {
    const disk = access.stateDirectory === undefined ? [] : [await examineDisk(access.stateDirectory)]
    const connected = await examineConnected(access, keysFileOf(settings, access))
    // Beside a running demo its settings apply; a database that cannot be queried has none.
    const counted = await settingsFor(access, settings).catch(() => settings)
    return [...servedFindings(counted), ...disk, ...connected]
  } finally {
    await access.release()
  }
}

async function examineDisk(folder: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return judgeDisk({ folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize })
}

async function examineConnected({ url, embedded }: AcquiredDatabase, keys: NamedKeys | undefined): Promise<Finding[]> {
  const findings: Finding[] = []
  try {
    const client = await connect({
      url,
      applicationName: 'zvirka doctor',
      session: { lock_timeout: LOCK_SECONDS * 1000 },
    })
    try {
      const other = await connect({ url, applicationName: 'zvirka doctor' })
      const areShared = await sharesSessions(client, other).finally(() => other.end())
      findings.push(...judgeServer(await readServer(client)), judgeSessions(areShared))
      if (areShared) return findings
      const roles = await readRoles(client)
      // The next command creates the roles of the embedded server.
      if (embedded && roles.absent.length > 0) return [...findings, judgeSchema({ kind: 'none' }, embedded)]
      const verdict = judgeRoles(roles, embedded)
      findings.push(verdict)
      if (verdict.level === 'problem') return findings
      const schema = await readSchema(client)
      findings.push(judgeSchema(schema, embedded))
      if (schema.kind === 'up_to_date') {
        findings.push(judgeEngine(await readEngine(client), embedded))
        findings.push(judgeDemo(await readIsDemo(client), embedded), judgeKeys(await readKeys(client, keys)))
        findings.push(...judgeWork(await readWork(client)))
      }
    } finally {
      await client.end()
    }
  } catch (error) {
    const finding = unreachable(error)
    const advice = bare(finding.code === 'database_locked' ? 'see_status_for_holder' : 'check_database_url')
    findings.push(problem('database', finding, advice))
  }
  return findings
}

async function examineTrembita(settings: Settings): Promise<Finding[]> {
  if (settings.trembita.urls === undefined) {
    return [warning('security server', bare('trembita_not_set'), bare('set_trembita'))]
  }
  try {
    requireTrembita(settings)
  } catch (error) {
    return settingsProblems(error)
  }
  return examineServers(settings.trembita.urls, settings.trembita.tls)
}

async function examineMail({ mail, http }: Settings): Promise<Finding[]> {
  const mailer = createMailer(mail)
  return judgeMail({ transport: mailer.transport, trouble: await mailer.check(), publicUrl: http.publicUrl })
}

async function examineSignatures({ employeeRequests, signatures }: Settings): Promise<Finding> {
  const { signedContent: mode } = employeeRequests
  const { url, timeoutSeconds } = signatures
  if (mode !== 'http' || url === undefined) return judgeSignatures({ mode, trouble: undefined })
  const trouble = await signatureService({ url, timeoutMs: timeoutSeconds * 1000 }).check()
  return judgeSignatures({ mode, trouble })
}

function asJson(findings: readonly Finding[], isWell: boolean) {
  return {
    ok: isWell,
    checks: findings.map(findingJson),
  }
}

function asText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, level, finding, advice }) => {
    const indent = ' '.repeat('problem'.length + 2 + width + 2)
    return [
      `${level.padEnd('problem'.length)}  ${check.padEnd(width)}  ${sayCommand(finding)}`,
      ...(advice === undefined
        ? []
        : sayCommand(advice)
            .split('\n')
            .map((line) => `${indent}${line}`)),
    ]
  })
  return `${lines.join('\n')}\n`
}
