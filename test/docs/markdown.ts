/** Reading the repository's documents. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../support/imports.ts'

/** A document by its path from the repository's top. */
export interface Document {
  readonly path: string
  readonly text: string
}

/** A document of the repository. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(repository, path), 'utf8') }
}

/** Every Markdown document: at the top, below docs/, and the page's. */
export function readDocuments(): Document[] {
  const top = readdirSync(repository)
  const docs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name}`,
  )
  return [...top, ...docs, 'web/README.md'].filter((path) => path.endsWith('.md')).map(readDocument)
}

/** The text without its blocks of code. */
export function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '')
}

/** The lines of all blocks of shell commands, without what follows a `#`. */
export function shellLines(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s#.*/, '').trim())
    .filter((line) => line !== '')
}

/** The cells of every row of every table, but for the heads. */
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

/** The anchors that a page of this Markdown has, as GitHub makes them of its headings. */
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
