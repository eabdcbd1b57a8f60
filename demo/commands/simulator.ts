import { readFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { type Faults, FaultsError } from '../../simulator/faults/schema.ts'
import type { TlsMaterial } from '../../simulator/listener.ts'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { RegistryFileError } from '../../simulator/registries/problems.ts'
import { type DracsNames, dracsNames } from '../../simulator/services/death-acts.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from '../../src/cli/exit.ts'
import { watchInterrupts } from '../../src/cli/interrupt.ts'
import { wholeNumber } from '../../src/cli/options.ts'
import { errorCodeOf } from '../../src/observability/errors.ts'
import { certificatesOf, privateKeyOf, readPem } from '../../src/trembita/tls-files.ts'

interface Typed {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly dataset?: string
  readonly faults?: string
  readonly fault: readonly string[]
  readonly seed: number
  readonly controlPort?: number
  readonly control: boolean
  readonly answers: 'trembita' | 'plain'
  readonly dracsNames: DracsNames
  readonly client: readonly string[]
  readonly deny: readonly string[]
  readonly log?: string
  readonly questions: 'digest' | 'plain'
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsCa?: string
}

const several = (one: string, before: readonly string[]) => [...before, one]

/** `zvirka simulator` (spec 7.1): the registry simulator on the files of spec 7.3. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description('run the registry simulator on the files in a folder: Trembita’s protocol, faults on demand')
    .requiredOption('--port <n>', 'port to listen on; 0 for any free one', wholeNumber(0, 65_535))
    .requiredOption(
      '--data <folder>',
      'invalid_passports.ndjson, stolen_passports.ndjson, unzr.ndjson, drfo.ndjson, death_acts.ndjson, stolen_passports.json',
    )
    .option('--dataset <file>', 'the Ministry’s open data set of lost and stolen passports, from elsewhere')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--faults <file>', 'faults on demand, see docs/simulator.md')
    .option('--fault <json>', 'one more fault, as in the file; may be repeated', several, [])
    .option('--seed <n>', 'seed of the faults’ chance', wholeNumber(0), 1)
    .option(
      '--control-port <n>',
      'port of the control interface on 127.0.0.1 (default: the one after --port)',
      wholeNumber(0, 65_535),
    )
    .option('--no-control', 'no control interface')
    .addOption(
      new Option('--answers <style>', 'how headers are written').choices(['trembita', 'plain']).default('trembita'),
    )
    .addOption(
      new Option('--dracs-names <style>', 'how fields of acts of death are spelt').choices(dracsNames).default('camel'),
    )
    .option(
      '--client <pattern>',
      'a registered client, INSTANCE/CLASS/CODE/SUBSYSTEM, each may be *; may be repeated',
      several,
      [],
    )
    .option('--deny <pattern>', 'a client without access; may be repeated', several, [])
    .option('--log <file>', 'add every call to a file, as NDJSON')
    .addOption(
      new Option(
        '--questions <style>',
        'how documents appear in the log and the control interface; plain only for made-up people',
      )
        .choices(['digest', 'plain'])
        .default('digest'),
    )
    .option('--tls-cert <file>', 'mutual TLS: the server’s certificate (PEM)')
    .option('--tls-key <file>', 'mutual TLS: its key')
    .option('--tls-ca <file>', 'mutual TLS: the authority of the clients’ certificates')
    .action(ending(runSimulator))
}

async function runSimulator(typed: Typed): Promise<ExitCode> {
  const interrupt = watchInterrupts()
  const simulator = await start(typed).catch((error: unknown) => {
    throw asFailure(error)
  })
  process.stdout.write(`simulator ready at ${simulator.url}\n`)
  if (simulator.controlUrl !== undefined) process.stdout.write(`control interface at ${simulator.controlUrl}\n`)
  if (!interrupt.signal.aborted) {
    await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve, { once: true }))
  }
  await simulator.close()
  interrupt.close()
  return exitCode.done
}

async function start(typed: Typed): Promise<Simulator> {
  const { registers, notes } = await loadRegistries(
    typed.data,
    typed.dataset === undefined ? {} : { dataSet: typed.dataset },
  )
  for (const note of notes) process.stdout.write(`${note}\n`)
  const controlPort = typed.controlPort ?? (typed.port === 0 ? 0 : typed.port + 1)
  const tls = readTls(typed)
  const options: SimulatorOptions = {
    port: typed.port,
    host: typed.host,
    registers,
    faults: await readFaults(typed),
    seed: typed.seed,
    clients: typed.client,
    denied: typed.deny,
    answers: typed.answers,
    dracsNames: typed.dracsNames,
    questions: typed.questions,
    ...(typed.log === undefined ? {} : { logFile: typed.log }),
    ...(typed.control ? { controlPort } : {}),
    ...(tls === undefined ? {} : { tls }),
  }
  return startSimulator(options)
}

/** The file's faults, then those of the command line. They are validated when they are set. */
async function readFaults(typed: Typed): Promise<Faults> {
  const file =
    typed.faults === undefined ? { faults: [] } : parseJson(await readFile(typed.faults, 'utf8'), typed.faults)
  const more = typed.fault.map((text) => parseJson(text, '--fault'))
  const faults: unknown = Reflect.get(Object(file), 'faults')
  // Validated as a whole by the simulator, which defines the structure of faults.
  return (
    more.length === 0 ? file : { ...Object(file), faults: [...(Array.isArray(faults) ? faults : []), ...more] }
  ) as Faults
}

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`${from} is no JSON`)
  }
}

function readTls({ tlsCert, tlsKey, tlsCa }: Typed): TlsMaterial | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined || tlsCa === undefined) {
    throw new UsageError('Mutual TLS needs all three: --tls-cert, --tls-key and --tls-ca.')
  }
  const [cert, ca] = [certificateOf('--tls-cert', tlsCert), certificateOf('--tls-ca', tlsCa)]
  const named = { setting: '--tls-key', file: tlsKey }
  const key = readPem(named)
  privateKeyOf(named, key, undefined)
  return { cert, key: key.toString(), ca }
}

function certificateOf(setting: string, file: string): string {
  const pem = readPem({ setting, file })
  certificatesOf({ setting, file }, pem)
  return pem.toString()
}

function asFailure(error: unknown): unknown {
  if (error instanceof FaultsError || error instanceof RangeError) return new UsageError(error.message)
  if (error instanceof RegistryFileError) return new CommandFailure(error.message, 'correct or remove these lines')
  if (errorCodeOf(error) === 'EADDRINUSE')
    return new CommandFailure('The port is taken.', 'choose another --port or --control-port, or 0')
  return error
}
