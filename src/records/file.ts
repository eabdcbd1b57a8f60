import { createReadStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { LOOKED_AT_BYTES, whatElse } from './encoding.ts'

/** No record of the file can be read, and why; its content is not repeated. */
export class RecordFileError extends Error {
  /** What to do about it. */
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** The format of records. */
type RecordFormat = 'ndjson' | 'csv'

/** A file of records that can be read more than once. */
export interface RecordFile {
  readonly format: RecordFormat
  /** In bytes. */
  readonly size: number
  /** The file from its beginning. */
  chunks(): AsyncIterable<Buffer>
  close(): Promise<void>
}

/** Additional options of opening one. */
interface OpenOptions {
  /** For tests. */
  readonly standardInput?: Readable
  /** Cancels waiting for a pipe: throws an AbortError. */
  readonly signal?: AbortSignal
}

const FORMATS: Readonly<Record<string, RecordFormat>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.json': 'ndjson',
  '.csv': 'csv',
}
const CHUNK_BYTES = 1 << 18

/**
 * Opens a records file; `-` is standard input. Throws a `RecordFileError` if it is not UTF-8 text. The format is detected by the extension,
 * or by the first byte. Input that can be read only once (standard input, a pipe) is first written to an unlinked temporary file that only
 * this process can read.
 */
export async function openRecordFile(path: string, options: OpenOptions = {}): Promise<RecordFile> {
  const handle = await openRereadable(path, options)
  try {
    const { size } = await handle.stat()
    const beginning = await beginningOf(handle)
    const other = whatElse(beginning)
    if (other !== undefined) throw new RecordFileError(`the file ${other.problem}`, other.hint)
    return {
      size,
      format: FORMATS[extname(path).toLowerCase()] ?? formatByFirstByte(beginning),
      chunks: () => handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES }),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openRereadable(
  path: string,
  { standardInput = process.stdin, signal }: OpenOptions,
): Promise<FileHandle> {
  if (path === '-') return spool(standardInput, signal)
  const handle = await open(path, 'r')
  const stats = await handle.stat()
  if (stats.isFile()) return handle
  await handle.close()
  if (stats.isDirectory()) throw new RecordFileError(`${path}: it is a folder, not a file`)
  return spool(createReadStream(path), signal)
}

async function spool(from: Readable, signal: AbortSignal | undefined): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-import-'))
  let handle: FileHandle
  try {
    handle = await open(join(folder, 'records'), 'wx+', 0o600)
  } finally {
    // Without a name nobody else can open it, and it disappears with this process.
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await handle.writeFile(signal === undefined ? from : addAbortSignal(signal, from))
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function beginningOf(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT_BYTES), 0, LOOKED_AT_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}

function formatByFirstByte(beginning: Buffer): RecordFormat {
  const first = beginning
    .toString('utf8', 0, 64)
    .replace(/^\uFEFF/, '')
    .trimStart()[0]
  return first === '{' || first === '[' ? 'ndjson' : 'csv'
}
