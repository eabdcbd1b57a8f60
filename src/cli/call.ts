/** `zvirka call <service>`: asks a registry one question. The question is personal: it is sent, printed with --dry-run, and never logged. */
import { text as textOf } from 'node:stream/consumers'
import { Argument, Command } from 'commander'
import { readSettings, type Settings } from '../config/settings.ts'
import {
  type CompleteTrembita,
  demoTrembita,
  isGroupServed,
  requireTrembita,
  servingSetting,
} from '../config/trembita.ts'
import { openDatabase } from '../database/database.ts'
import { reveal } from '../privacy/sensitive.ts'
import { createRegistries } from '../registries/registries.ts'
import { groupOf, type ServiceName, serviceNames, writeMessage } from '../registries/services.ts'
import { type CallQuestion, type Given, option, parseGiven, questionFields, questionOf } from './call-question.ts'
import { ask, resultObject, resultText, type ShownAttempt } from './call-words.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { readyDatabase } from './ready-database.ts'
import { recordCommand } from './recorded.ts'
import { withRegistries } from './trembita-access.ts'

interface Typed {
  readonly stdin?: true
  readonly dryRun?: true
  readonly json?: true
  readonly serial?: string
  readonly number?: string
  readonly unzr?: string
  readonly rnokpp?: string
  readonly familyName?: string
  readonly givenName?: string
  readonly patronymicName?: string
  readonly birthDate?: string
}

const help = `
With --stdin, give the question on standard input as one JSON object, with the names of the options written with underscores.
Then nothing personal is in the shell history or in the list of processes, which other users of the machine can see:
  $ zvirka call CheckPassportDMSStatus --stdin
  {"serial":"АА","number":"123456"}

The call is made as a worker makes it: up to 3 attempts (unzr: one), each shown with its time. If DATABASE_URL is set, the call
counts towards the organisation's rate limit and is recorded in the audit; nothing else is written. Exit codes: 0 answered,
whatever the answer; 3 no answer. docs/trembita.md lists the codes. To check the way to the security server, run zvirka doctor.`

/** `zvirka call`. */
export function callCommand(): Command {
  const command = new Command('call')
    .description('ask a registry one question and explain the answer, or what to do about an error')
    .addArgument(new Argument('<service>', 'which service').choices(serviceNames))
  for (const [name, description] of Object.entries(questionFields)) {
    command.option(`${option(name as keyof typeof questionFields)} <text>`, description)
  }
  return (
    command
      .option('--stdin', 'read the question from standard input, as JSON')
      .option('--dry-run', 'print the message and send nothing')
      .option('--json', 'print one JSON object')
      .addHelpText('after', help)
      // Commander would print the surplus argument, which is probably a document number.
      .allowExcessArguments()
      .action(
        ending((service: ServiceName, typed: Typed, { args }: Command) =>
          withContext({ isConversation: true }, async (context) => {
            if (args.length > 1) throw new UsageError('too many arguments', 'zvirka call --help')
            const asked = await askedFor(service, typed, context.interrupt.signal)
            return asked === undefined ? exitCode.interrupted : runCall(context, asked, typed)
          }),
        ),
      )
  )
}

async function askedFor(service: ServiceName, typed: Typed, signal: AbortSignal): Promise<CallQuestion | undefined> {
  const options: Given = Object.fromEntries(
    Object.entries({
      serial: typed.serial,
      number: typed.number,
      unzr: typed.unzr,
      rnokpp: typed.rnokpp,
      family_name: typed.familyName,
      given_name: typed.givenName,
      patronymic_name: typed.patronymicName,
      birth_date: typed.birthDate,
    }).filter(([, value]) => value !== undefined),
  )
  if (typed.stdin !== true) return questionOf(service, options)
  if (Object.keys(options).length > 0)
    throw new UsageError('--stdin takes the whole question', 'leave out the other options')
  const typedIn = await readInput(signal)
  return typedIn === undefined ? undefined : questionOf(service, parseGiven(typedIn))
}

/** The whole standard input; undefined if Ctrl-C came first. */
async function readInput(signal: AbortSignal): Promise<string | undefined> {
  const stop = () => process.stdin.destroy()
  signal.addEventListener('abort', stop)
  try {
    return await textOf(process.stdin)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function runCall(context: Context, asked: CallQuestion, typed: Typed): Promise<ExitCode> {
  if (typed.dryRun === true) return dryRun(context.settings, asked, typed)
  const { interrupt, log, defer } = context
  const { settings, url } = await settingsToCall(context)
  refuseUnserved(settings, asked.service)
  if (url === undefined) {
    process.stderr.write('note: DATABASE_URL is not set, so this call is not in the audit\n')
  } else {
    const entry = {
      action: 'read',
      operation: `call ${asked.service}`,
      subjectKind: 'registry',
      subjectIds: [],
    } as const
    await recordCommand(url, settings, { ...entry, fields: Object.keys(asked.question) })
  }
  const trembita = requireTrembita(settings)
  const group = groupOf(asked.service)
  const database =
    url === undefined || trembita.groups[group]?.rateLimit === 'off'
      ? undefined
      : openDatabase({ url, role: 'zvirka_worker', applicationName: 'zvirka call', max: 1 })
  if (database !== undefined) defer(() => database.close())
  const attempts: ShownAttempt[] = []
  const traces = new Map<string, Pick<ShownAttempt, 'status' | 'faultDetail' | 'transactionId'>>()
  const faultTexts = new Map<string, string>()
  const registries = createRegistries({
    settings: database === undefined ? withoutRates(trembita) : trembita,
    ...(database === undefined ? {} : { database }),
    observe: (attempt) => attempts.push(attempt),
    onFaultText: (messageId, text) => faultTexts.set(messageId, reveal(text)),
    log: {
      warn(fields, message) {
        traces.set(fields.messageId, fields)
        log.debug(fields, message)
      },
    },
  })
  defer(() => registries.close())
  const result = await ask(registries, asked, { signal: interrupt.signal })
  const shown = attempts.map((attempt) => {
    const faultText = faultTexts.get(attempt.messageId)
    return { ...traces.get(attempt.messageId), ...attempt, ...(faultText === undefined ? {} : { faultText }) }
  })
  process.stdout.write(
    typed.json === true ? `${JSON.stringify(resultObject(asked.service, result, shown))}\n` : resultText(result, shown),
  )
  if (result.kind === 'aborted') return exitCode.interrupted
  return result.kind === 'answer' ? exitCode.done : exitCode.partly
}

/** Without a database there is no shared rate, and one question needs no limit. */
function withoutRates(trembita: CompleteTrembita): CompleteTrembita {
  const { mvs, drfo, dracs } = trembita.groups
  const rateLimit = 'off'
  return {
    ...trembita,
    groups: {
      mvs: { ...mvs, rateLimit },
      drfo: drfo && { ...drfo, rateLimit },
      dracs: dracs && { ...dracs, rateLimit },
    },
  }
}

function refuseUnserved(settings: Settings, service: ServiceName): void {
  const group = groupOf(service)
  if (isGroupServed(settings, group)) return
  throw new UsageError(`${service} is not configured here`, `set ${servingSetting(group)} and its related settings`)
}

/** Calling needs no database; if one is configured, it is used for the rate, or to find the simulator. */
async function settingsToCall(context: Context): Promise<{ settings: Settings; url?: string }> {
  const { settings } = context
  if (settings.trembita.urls !== undefined && settings.database.url === undefined) return { settings }
  const access = await readyDatabase(context, 'work')
  return { settings: await withRegistries(settings, access), url: access.url }
}

/** The executor is not printed. */
function withoutSecrets(trembita: CompleteTrembita): CompleteTrembita {
  const { drfo } = trembita.groups
  if (drfo === undefined) return trembita
  const executor = { ...drfo.executor, rnokpp: '***', fullName: '***' }
  return { ...trembita, groups: { ...trembita.groups, drfo: { ...drfo, executor } } }
}

/** The message that would be sent, as text or as JSON. Without TREMBITA_URLS it is the demo organisation's. */
function dryRun(given: Settings, asked: CallQuestion, { json }: Typed): ExitCode {
  const isDemo = given.trembita.urls === undefined
  const demo = { LOG_LEVEL: given.log.level, ...demoTrembita, TREMBITA_URLS: 'http://simulator.invalid' }
  const settings = isDemo ? readSettings(process.env, demo) : given
  refuseUnserved(settings, asked.service)
  const trembita = requireTrembita(settings)
  const { headers, body } = writeMessage(withoutSecrets(trembita), asked.service, asked.question)
  if (body === undefined) throw new CommandFailure('the question contains characters that XML does not allow')
  const [url = ''] = trembita.urls
  const pairs = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : []))
  if (isDemo) process.stderr.write("TREMBITA_URLS is not set: this message is from the demo's organisation\n")
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ method: 'POST', url: isDemo ? null : `${url}/`, headers: Object.fromEntries(pairs), body })}\n`,
    )
    return exitCode.done
  }
  const lines = [`POST ${isDemo ? '/' : `${url}/`}`, ...pairs.map(([name, value]) => `${name}: ${value}`), '', body]
  process.stdout.write(`${lines.join('\n')}\n`)
  return exitCode.done
}
