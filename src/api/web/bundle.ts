/** The built admin page from a folder: read once and kept in memory, since it is small and never changes while the process runs. */
import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the page, with its compressed versions from the build. */
export interface PageFile {
  readonly type: string
  readonly etag: string
  readonly bytes: Buffer
  readonly encodings: ReadonlyMap<Encoding, Buffer>
  /** Whether its name contains a hash of its content, so that it never changes. */
  readonly isImmutable: boolean
}

/** The page: `index.html` as a template for each answer, and the files by path. */
export interface PageBundle {
  readonly index: string
  readonly files: ReadonlyMap<string, PageFile>
}

/** Content encodings, best first. */
export const ENCODINGS = { br: '.br', gzip: '.gz' } as const

/** A content encoding. */
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

/** Reads a build of the page. Throws if the folder contains none. */
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
