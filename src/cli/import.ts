import { open } from 'node:fs/promises'
import { Command } from 'commander'
import { audit } from '../audit/audit.ts'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { ImportCounts, ImportOptions, ImportResult } from '../imports/import.ts'
import { importParties } from '../imports/parties/parties.ts'
import { importPersons } from '../imports/persons/persons.ts'
import { reveal } from '../privacy/sensitive.ts'
import type { BadLine } from '../records/candidate.ts'
import { openRecordFile, type RecordFile, RecordFileError } from '../records/file.ts'
import { type Context, withContext } from './context.ts'
import { refuseDemoDatabase } from './demo-database.ts'
import { CommandFailure, type ExitCode, ending, exitCode } from './exit.ts'
import { type Progress, startProgress } from './progress.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { servedStreams } from './served.ts'
import { runningSimulator, settingsFor } from './trembita-access.ts'
import { duration, number } from './words.ts'

interface Given {
  readonly rejects?: string
  readonly quiet?: boolean
  readonly json?: boolean
}

/** The parts of the command that depend on the kind of people. */
interface People {
  readonly name: 'persons' | 'parties'
  readonly take: (database: Database, options: ImportOptions) => Promise<ImportResult>
  /** The summary's word for records in which only unchecked fields changed. */
  readonly switched: string
  readonly record: string
}

const PERSONS: People = {
  name: 'persons',
  take: importPersons,
  switched: 'only the status changed',
  record: `
A record is a line of JSON ({"id","last_name","first_name","birth_date",…,"documents":[…]}) or of CSV with the same names
as columns and one document in document_type, document_number, document_issued_at, document_expiration_date,
document_issued_by.`,
}

const PARTIES: People = {
  name: 'parties',
  take: importParties,
  switched: 'only unchecked fields changed',
  record: `
A record is a line of JSON ({"id","last_name","first_name","birth_date",…,"documents":[…],"employees":[{"id",
"legal_entity_id","employee_type","position","status","start_date",…}]}) or of CSV with the same names as columns, one
document in document_type, document_number, document_issued_at, document_expiration_date, document_issued_by, and lists,
objects and numbers as JSON. Employees are matched by id; employees that a record does not name stay unchanged. An unknown
legal entity or division is created from its id.`,
}

function help({ name, record }: People): string {
  return `${record}
The format is detected by the extension (.ndjson, .csv) or the first byte; - means standard input.
The whole file is validated before anything is written. Changed people are queued to be checked again; unchanged people
are skipped, so you can simply repeat an interrupted import.

Exit codes: 0 done, even if some lines were bad (each is reported, and counted at the end); 1 no line could be imported,
or the file or database could not be used; 130 interrupted, after the current batch was written.

Examples:
  $ zvirka import ${name} data/${name}.ndjson
  $ gunzip -c ${name}.csv.gz | zvirka import ${name} - --rejects rejects.ndjson --quiet`
}

// An unresponsive connection is closed and the batch written again; by then the server has ended its side and released its locks.
const PATIENCE = { answerMs: 60_000, idleInTransactionMs: 30_000, tcpUserTimeoutMs: 30_000 }

function runImport(people: People, path: string, given: Given): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const { settings, interrupt, defer } = context
    const file = await openFile(path, interrupt.signal)
    if (file === undefined) return exitCode.interrupted
    defer(file.close)
    const told = await openTelling(given, defer)
    const access = await readyDatabase(context, 'work')
    await refuseForeignPeople(access)
    const { url } = access
    const database = openDatabase({ url, role: 'zvirka_worker', applicationName: 'zvirka import', max: 2, ...PATIENCE })
    defer(() => database.close())

    const startedAt = performance.now()
    const display = new Display(people, given.quiet === true || given.json === true)
    const { importId, isFinished, counts, documents, passedOver } = await people
      .take(database, {
        file,
        userId: settings.systemUserId,
        served: servedStreams(await settingsFor(access, settings)),
        signal: interrupt.signal,
        onWritten: (tx, subjectIds) => audit(tx, commandActor(settings), { ...writing(people), subjectIds }),
        onBadLine: told.bad,
        onProgress: (phase, done, total, counted) => display.update(phase, done, total, counted),
      })
      .finally(() => display.stop())
    const seconds = (performance.now() - startedAt) / 1000
    const state = isFinished ? 'finished' : 'interrupted'
    if (given.json)
      process.stdout.write(
        `${JSON.stringify({ import: importId, state, ...counts, documents, passed_over: passedOver.names, seconds })}\n`,
      )
    else if (!given.quiet) {
      const lines = [
        summary(people, counts, isFinished, seconds),
        ...documentsLine(documents),
        ...passedOverLine(passedOver),
      ]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
    told.end(counts.bad)
    if (!isFinished) return exitCode.interrupted
    return counts.bad > 0 && taken(counts) === 0 ? exitCode.failed : exitCode.done
  })
}

/** The demo on a clone's own database accepts more people beside the fictitious ones; any other demo does not. */
async function refuseForeignPeople(access: AcquiredDatabase): Promise<void> {
  if (access.embedded && (await runningSimulator(access.url)) !== undefined) return
  await refuseDemoDatabase(access)
}

function writing({ name }: People) {
  const subjectKind = name === 'persons' ? 'person' : 'party'
  return { action: 'write', operation: `import ${name}`, subjectKind } as const
}

/** Undefined if reading from a pipe was interrupted. */
async function openFile(path: string, signal: AbortSignal): Promise<RecordFile | undefined> {
  try {
    return await openRecordFile(path, { signal })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

function hintAtHelp({ name }: People, error: unknown): never {
  if (!(error instanceof RecordFileError)) throw error
  throw new CommandFailure(error.message, error.hint ?? `zvirka import ${name} --help describes the file`, error)
}

function taken(counts: ImportCounts): number {
  return counts.new + counts.changed + counts.switched + counts.unchanged
}

function summary({ name, switched }: People, counts: ImportCounts, isFinished: boolean, seconds: number): string {
  const parts = [
    `${number(counts.new)} new`,
    `${number(counts.changed)} changed`,
    ...(counts.switched > 0 ? [`${number(counts.switched)} ${switched}`] : []),
    `${number(counts.unchanged)} unchanged`,
    ...(counts.superseded > 0 ? [`${number(counts.superseded)} superseded by a later line`] : []),
    ...(counts.bad > 0 ? [`${number(counts.bad)} bad`] : []),
  ]
  const words = `${number(taken(counts))} ${name} in ${duration(seconds)}: ${parts.join(', ')}`
  return isFinished ? words : `interrupted; ${words}; what was taken stays, the import may be repeated`
}

function documentsLine(documents: ImportResult['documents']): string[] {
  const parts = Object.entries(documents).map(([type, count]) => `${number(count)} ${type}`)
  return parts.length === 0 ? [] : [`documents: ${parts.join(', ')}`]
}

function passedOverLine({ names, hasOthers }: ImportResult['passedOver']): string[] {
  const parts = [...names, ...(hasOthers ? ['others with unusual names'] : [])]
  return parts.length === 0 ? [] : [`ignored unknown columns: ${parts.join(', ')}`]
}

/** Two progress displays in sequence: scanned lines, then written people. */
class Display {
  readonly #people: People
  readonly #quiet: boolean
  #phase: string | undefined
  #progress: Progress | undefined

  constructor(people: People, quiet: boolean) {
    this.#people = people
    this.#quiet = quiet
  }

  update(phase: 'reading' | 'writing', done: number, total: number | undefined, counts: ImportCounts): void {
    if (phase !== this.#phase) {
      this.#progress?.stop()
      this.#phase = phase
      const label = phase === 'reading' ? 'validating the file' : `importing ${this.#people.name}`
      this.#progress = startProgress({ label, quiet: this.#quiet })
    }
    const { new: added, changed, unchanged, bad } = counts
    this.#progress?.update({
      done,
      total,
      outcomes: phase === 'reading' ? { bad } : { new: added, changed, unchanged },
    })
  }

  stop(): void {
    this.#progress?.stop()
  }
}

const MOST_TOLD = 20

/** Reports bad lines: the first ones on standard error, all of them in the `--rejects` file, which only the user may read. */
async function openTelling({ rejects }: Given, defer: Context['defer']) {
  const file = rejects === undefined ? undefined : await open(rejects, 'w', 0o600)
  if (file !== undefined) defer(() => file.close())
  let count = 0
  return {
    async bad({ line, reason, problems, original }: BadLine): Promise<void> {
      count += 1
      if (count <= MOST_TOLD) process.stderr.write(`line ${line}: ${reason}\n`)
      // The only place besides the database where a record is written: back to its sender.
      await file?.write(`${JSON.stringify({ line, reason, problems, original: reveal(original) })}\n`)
    },
    end(bad: number): void {
      if (bad > MOST_TOLD) process.stderr.write(`… and ${number(bad - MOST_TOLD)} more bad lines\n`)
      if (bad > 0 && rejects === undefined) process.stderr.write('hint: --rejects FILE saves the bad lines\n')
    },
  }
}

/** `zvirka import` (spec 7.1): imports records of people from files. */
export function importCommand(): Command {
  const command = new Command('import').description('import people from a file').helpCommand(false)
  for (const people of [PERSONS, PARTIES]) {
    command
      .command(people.name)
      .description(`import ${people.name} from NDJSON or CSV; may be repeated`)
      .argument('<file>', 'the file, or - for standard input')
      .option('--rejects <file>', 'write bad lines here: NDJSON with line, reason, problems, original')
      .option('--quiet', 'print no progress and no summary, only bad lines')
      .option('--json', 'print one JSON object at the end instead of progress and summary')
      .addHelpText('after', help(people))
      .action(
        ending((path: string, given: Given) =>
          runImport(people, path, given).catch((error) => hintAtHelp(people, error)),
        ),
      )
  }
  return command
}
