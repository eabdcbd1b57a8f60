/** Traces of a command (docs/tracing.md): off unless OTEL_* enables them; problems are logged and have no other effect. */
import { readTracing, type TracingSettings } from '../config/tracing.ts'
import type { Log } from '../observability/log.ts'
import { NO_TRACING, type Tracing } from '../observability/tracing.ts'
import { certificatesOf, privateKeyOf, readPem, TlsFileError } from '../trembita/tls-files.ts'
import type { Context } from './context.ts'
import { version } from './version.ts'

/** Remaining spans may take as long as the stop, but never longer than this. */
const LONGEST_CLOSE_MILLISECONDS = 3000

/** Opens the traces of a command; everything opened after it is closed before it and can still be traced. */
export async function openCommandTracing({ settings, log, defer }: Context): Promise<Tracing> {
  const tracing = await open(readTracing(process.env), log)
  if (tracing.isOn) defer(() => tracing.close(Math.min(settings.worker.stopSeconds * 1000, LONGEST_CLOSE_MILLISECONDS)))
  return tracing
}

async function open(settings: TracingSettings, log: Log): Promise<Tracing> {
  for (const warning of settings.warnings) log.warn({}, warning)
  if (!settings.isOn) return NO_TRACING
  try {
    // Imported here, so that the OpenTelemetry SDK is loaded only if enabled.
    const { openTracing } = await import('../observability/tracing-sdk.ts')
    return openTracing({
      version: version(),
      ratio: settings.ratio,
      ...settings.batch,
      tls: {
        ...file(settings.certificate, 'ca', log),
        ...file(settings.clientCertificate, 'cert', log),
        ...file(settings.clientKey, 'key', log),
      },
      onLost: (lost, code) => log.warn({ code, counts: { lost } }, 'could not export traces; continuing without them'),
    })
  } catch (error) {
    log.warn({ error }, 'could not set up tracing; continuing without it')
    return NO_TRACING
  }
}

/** A file named by either of two settings; an unusable one is logged and ignored. */
function file<Key extends 'ca' | 'cert' | 'key'>(
  { all, traces }: TracingSettings['certificate'],
  key: Key,
  log: Log,
): { readonly [K in Key]?: Buffer } {
  const path = traces ?? all
  if (path === undefined) return {}
  const setting = `OTEL_EXPORTER_OTLP_${traces === undefined ? '' : 'TRACES_'}${NAMES[key]}`
  try {
    const named = { setting, file: path }
    const pem = readPem(named)
    if (key === 'key') privateKeyOf(named, pem, undefined)
    else certificatesOf(named, pem)
    return { [key]: pem } as { readonly [K in Key]?: Buffer }
  } catch (error) {
    if (!(error instanceof TlsFileError)) throw error
    log.warn({}, `${error.message} It is ignored.`)
    return {}
  }
}

const NAMES = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' } as const
