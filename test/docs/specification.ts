/** The rules of docs/specification, and their citations. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../support/imports.ts'
import { readDocument } from './markdown.ts'

/** A numbered heading. */
export interface Section {
  /** `2`, `2.5`, `2.5.3` */
  readonly number: string
  readonly title: string
}

/** A place that cites a section. */
export interface Citation {
  readonly file: string
  readonly number: string
}

/** Every numbered heading of the specification, in order. */
export function readSections(): Section[] {
  const names = readdirSync(join(repository, 'docs/specification')).filter((name) => /^\d/.test(name))
  return names.toSorted().flatMap((name) => {
    const { text } = readDocument(`docs/specification/${name}`)
    return [...text.matchAll(/^#+ (\d+(?:\.\d+)*) (.+)$/gm)].map(([, number = '', title = '']) => ({ number, title }))
  })
}

/**
 * The sections that a test must cite: those without subsections, except what is not built or only informative. The title marks such a
 * section, and the mark covers all subsections without `(built)`.
 */
export function rulesOf(sections: readonly Section[]): Section[] {
  return sections.filter(
    ({ number, title }) =>
      !sections.some((other) => other.number.startsWith(`${number}.`)) &&
      (title.includes('(built)') || !isExempt(sections, number)),
  )
}

function isExempt(sections: readonly Section[], number: string): boolean {
  return sections.some(
    (each) =>
      (each.number === number || number.startsWith(`${each.number}.`)) &&
      /\((not built|in progress|informative)/.test(each.title),
  )
}

const CITATION = /\bspec ((?:\d+(?:\.\d+)*(?:, | and | to )?)+)/g

/** The section numbers that a text cites: `spec 1.3, 2.6.1 to 2.6.3`; a range includes everything between its ends. */
export function citedIn(text: string): string[] {
  // A citation may continue on the next line of a comment.
  const flat = text.replaceAll(/\n\s*(?:\*|\/\/|--|#)? */g, ' ')
  return [...flat.matchAll(CITATION)].flatMap(([, list = '']) =>
    list
      .split(/, | and /)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .flatMap(range),
  )
}

function range(part: string): string[] {
  const [from = '', to] = part.split(' to ')
  if (to === undefined || to === '') return [from]
  const parent = from.slice(0, from.lastIndexOf('.') + 1)
  const [first, last] = [from, to].map((each) => Number(each.slice(parent.length)))
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${parent}${Number(first) + index}`)
}

/** Every citation in the files of the folders. */
export function readCitations(...folders: readonly string[]): Citation[] {
  return readTexts(...folders).flatMap(({ file, text }) => citedIn(text).map((number) => ({ file, number })))
}

/** The files of the folders that may cite rules. */
export function readTexts(...folders: readonly string[]): { readonly file: string; readonly text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(tsx?|sql|sh|ya?ml|css|md)$/.test(name) && !/(^|\/)(dist|node_modules)\//.test(name))
      .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(repository, folder, name), 'utf8') })),
  )
}
