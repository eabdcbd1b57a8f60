/** Parses the process of a command: `dms-passport person`. */
import { PROCESSES, type SyncProcess } from '../synchronization/process.ts'
import { UsageError } from './exit.ts'

/** A stream as typed on the command line: dms_passport is `dms-passport`. */
export function typedStream(process: SyncProcess): string {
  return process.stream.replaceAll('_', '-')
}

/** The allowed stream names, for help. */
export const STREAM_WORDS = [...new Set([...PROCESSES.values()].map(typedStream))].join(', ')

/** The process of a stream and a kind; anything else is a usage error that lists the processes. */
export function processOf(stream: string, subject: string): SyncProcess {
  const found = [...PROCESSES.values()].find((each) => typedStream(each) === stream && each.kind === subject)
  if (found !== undefined) return found
  const known = [...PROCESSES.values()].map((each) => `${typedStream(each)} ${each.kind}`).join(', ')
  throw new UsageError(`there is no process ${stream} ${subject}`, `there is: ${known}`)
}
