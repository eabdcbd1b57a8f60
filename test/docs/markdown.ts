/** Reads the repository's documents. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../support/imports.ts'

/** A document with its path in the repository. */
export interface Document {
  readonly path: string
  readonly text: string
}

/** A document of the repository. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(repository, path), 'utf8') }
}

/** Every Markdown document: at the top, in docs/, and the web page's. */
export function readDocuments(): Document[] {
  const top = readdirSync(repository)
  const docs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name}`,
  )
  return [...top, ...docs, 'web/README.md'].filter((path) => path.endsWith('.md')).map(readDocument)
}

/** The text without code blocks. */
export function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '')
}

/** The lines of all shell blocks, without comments after `#`. */
export function shellLines(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s#.*/, '').trim())
    .filter((line) => line !== '')
}

/** The cells of all table rows except headers. */
export function tableRows(text: string): string[][] {
  return [...text.matchAll(/^\|[-| ]+\|\n((?:\|.*\n)+)/gm)]
    .flatMap(([, rows = '']) => rows.trim().split('\n'))
    .map((row) =>
      row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    )
}

/** The anchors that GitHub makes of a page's headings. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
