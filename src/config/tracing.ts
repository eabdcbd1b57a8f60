/**
 * Tracing settings under OpenTelemetry's own names (spec 7.2: "OTEL_* as usual"). As is usual there, a wrong value does not stop the
 * program: it logs a warning and ignores the value. OpenTelemetry's exporter reads some of these names itself; they are declared here to be
 * checked.
 */
import { closest, distance } from 'fastest-levenshtein'
import { sayCommand } from '../messages/command-messages.ts'
import type { SettingProblem } from '../messages/settings.ts'
import { formParser, integer, lineOfText, oneOf, type Parser, path, pattern, webUrl } from './parsers.ts'
import { optional, type Read, type Setting, type SettingTree, secret, settingsOf } from './setting.ts'
import { type Environment, readTree } from './settings.ts'

const share = formParser('ratio', (raw) =>
  /^\d(\.\d{1,12})?$/.test(raw) && Number(raw) <= 1 ? Number(raw) : undefined,
)
const anyTrueFalse = pattern(/^(true|false)$/i, 'true_false')
const pairs = pattern(/^\s*[^=,\s]+=[^,]*(,\s*[^=,\s]+=[^,]*)*,?$/, 'pairs')
const millisecondsFrom = (least: number) => integer(least, 86_400_000)
const samplers = oneOf(
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
)

type Make = <T>(name: string, parser: Parser<T>, description: string) => Setting<T | undefined>

/** Each OTLP setting has one name for all signals and one for traces; the latter takes precedence. */
function otlp<T>(make: Make, part: string, parser: Parser<T>, description: string) {
  return {
    all: make(`OTEL_EXPORTER_OTLP_${part}`, parser, description),
    traces: make(`OTEL_EXPORTER_OTLP_TRACES_${part}`, parser, 'The same for traces only; it takes precedence.'),
  }
}

/** Every OpenTelemetry name that is read or checked. */
export const tracingDeclaration = {
  disabled: optional('OTEL_SDK_DISABLED', anyTrueFalse, '`true`: tracing is off, whatever else is set.'),
  exporter: optional(
    'OTEL_TRACES_EXPORTER',
    oneOf('otlp', 'none'),
    '`otlp`: tracing is on, even without an endpoint (default `http://localhost:4318`); `none`: off, even with one.',
  ),
  endpoint: {
    all: secret(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      webUrl,
      'The collector, without `/v1/traces`; if it is set, tracing is on.',
    ),
    traces: secret('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', webUrl, 'The full address for traces; it takes precedence.'),
  },
  protocol: otlp(optional, 'PROTOCOL', oneOf('http/json'), 'The protocol; no other is supported.'),
  headers: otlp(secret, 'HEADERS', pairs, 'Headers of the export requests, such as a token.'),
  timeout: otlp(optional, 'TIMEOUT', millisecondsFrom(1), 'Time limit of an export in milliseconds; default 10000.'),
  compression: otlp(optional, 'COMPRESSION', oneOf('gzip', 'none'), 'Whether exports are compressed.'),
  certificate: otlp(optional, 'CERTIFICATE', path, 'The file with the CA of the collector (PEM).'),
  clientCertificate: otlp(optional, 'CLIENT_CERTIFICATE', path, 'The file with our client certificate for it (PEM).'),
  clientKey: otlp(optional, 'CLIENT_KEY', path, 'The file with the key of that certificate (PEM).'),
  sampler: optional('OTEL_TRACES_SAMPLER', samplers, 'Which batches are recorded; default: all.'),
  samplerArgument: optional('OTEL_TRACES_SAMPLER_ARG', share, 'The recorded share, for the `…traceidratio` samplers.'),
  batch: {
    maxQueueSize: optional('OTEL_BSP_MAX_QUEUE_SIZE', integer(1, 1_000_000), 'Size of the span queue; default 2048.'),
    maxExportBatchSize: optional(
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
      integer(1, 100_000),
      'Spans per export; default 512.',
    ),
    scheduledDelayMillis: optional(
      'OTEL_BSP_SCHEDULE_DELAY',
      millisecondsFrom(1),
      'Milliseconds between exports; default 5000.',
    ),
    exportTimeoutMillis: optional(
      'OTEL_BSP_EXPORT_TIMEOUT',
      millisecondsFrom(1),
      'Time limit of each export in milliseconds; default 30000.',
    ),
  },
  serviceName: optional('OTEL_SERVICE_NAME', lineOfText, 'The service name; default `zvirka`.'),
  resourceAttributes: optional('OTEL_RESOURCE_ATTRIBUTES', pairs, 'Additional attributes of this process.'),
} satisfies SettingTree

/** The tracing settings, and the problems that were ignored; problems name the setting and contain no secrets. */
export interface TracingSettings extends Read<typeof tracingDeclaration> {
  readonly isOn: boolean
  /** The fraction of batches that is traced. */
  readonly ratio: number
  readonly warnings: readonly string[]
}

/** Reads the tracing settings. Never throws. */
export function readTracing(environment: Environment): TracingSettings {
  const problems: SettingProblem[] = []
  readTree(tracingDeclaration, (name) => environment[name] || undefined, problems)
  const wrong = new Set(problems.map(({ params }) => params.setting))
  const read = readTree(tracingDeclaration, (name) => (wrong.has(name) ? undefined : environment[name]), [])
  const { disabled, exporter, endpoint } = read
  const isWanted = exporter === 'otlp' || (endpoint.all ?? endpoint.traces) !== undefined
  const ratio = ratioOf(read)
  return {
    ...read,
    isOn: disabled?.toLowerCase() !== 'true' && exporter !== 'none' && isWanted && ratio > 0,
    ratio,
    warnings: [...problems.map((problem) => `${sayCommand(problem)} It is ignored.`), ...misspelt(environment)],
  }
}

/** Our spans are always roots, so parent-based samplers decide as their plain counterparts do. */
function ratioOf({ sampler, samplerArgument = 1 }: Read<typeof tracingDeclaration>): number {
  if (sampler?.endsWith('always_off')) return 0
  return sampler?.endsWith('traceidratio') ? samplerArgument : 1
}

const known = settingsOf(tracingDeclaration).map(({ name }) => name)

/** Names that look like typos of ours; other names belong to other programs and signals. */
function misspelt(environment: Environment): string[] {
  return Object.keys(environment).flatMap((name) => {
    if (!name.startsWith('OTEL_') || name.startsWith('OTEL_BLRP_') || known.includes(name)) return []
    const nearest = closest(name, known)
    if (distance(name, nearest) > 2) return []
    return [sayCommand({ code: 'setting_misspelt', params: { setting: name, nearest } })]
  })
}
