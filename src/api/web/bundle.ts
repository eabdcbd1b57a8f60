/** The built admin page as it lies in a folder: read once, kept in memory, since it is small and never changes under a running process. */
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the page, and what it is compressed to where the build did so. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  readonly bytes: Buffer
  readonly encodings: ReadonlyMap<Encoding, Buffer>
  /** Whether its name holds a hash of its content, so that it never changes. */
  readonly isImmutable: boolean
}

/** The page: `index.html` as a text that is completed for each answer, and the files by their paths. */
export interface PageBundle {
  readonly index: string
  readonly files: ReadonlyMap<string, PageFile>
}

/** What files are compressed with, the better first. */
export const ENCODINGS = { br: '.br', gzip: '.gz' } as const

/** A way to compress. */
export type Encoding = keyof typeof ENCODINGS

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** Reads a build of the page. Throws where the folder holds none. */
export async function readPageBundle(folder: string): Promise<PageBundle> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const contents = new Map<string, Buffer>()
  for (const path of paths) contents.set(relative(folder, path).split(sep).join('/'), await readFile(path))
  const index = contents.get('index.html')
  if (index === undefined) throw new Error('the build of the page has no index.html')
  const files = new Map<string, PageFile>()
  for (const [path, bytes] of contents) {
    const type = TYPES[extname(path)]
    if (type !== undefined) files.set(path, fileOf(path, type, bytes, contents))
  }
  return { index: index.toString('utf8'), files }
}

function fileOf(path: string, type: string, bytes: Buffer, contents: ReadonlyMap<string, Buffer>): PageFile {
  const encodings = new Map<Encoding, Buffer>()
  for (const [name, extension] of Object.entries(ENCODINGS) as [Encoding, string][]) {
    const compressed = contents.get(path + extension)
    if (compressed !== undefined) encodings.set(name, compressed)
  }
  const etag = `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`
  return { type, etag, bytes, encodings, isImmutable: path.startsWith('assets/') }
}
