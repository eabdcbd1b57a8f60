/**
 * Texts in both languages, side by side. The types ensure that English has the same keys and arguments as Ukrainian. A test reads every
 * `texts.ts` and every component, to find missing translations and texts inside components.
 */
import { type Language, useLanguage } from './language.ts'

/** A text, a text with parameters, or a group of them. */
export type Texts = { readonly [key: string]: string | ((...given: never[]) => string) | Texts }

type Like<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Like<T[K]>
}

/** The texts of a part of the page, by language. */
type Translated<T> = Readonly<Record<Language, Like<T>>>

/** Declares texts: Ukrainian, and the same in English. */
export function defineTexts<const T extends Texts>(uk: T, en: Like<T>): Translated<T> {
  return { uk: uk as unknown as Like<T>, en }
}

/** The texts in the page's language. */
export function useTexts<T>(texts: Translated<T>): Like<T> {
  return texts[useLanguage()]
}

const ukrainian = new Intl.PluralRules('uk')
const ukrainianNumber = new Intl.NumberFormat('uk')
const englishNumber = new Intl.NumberFormat('en')

/** A number with its noun: `ukCount(3, 'запуск', 'запуски', 'запусків')`. */
export function ukCount(count: number, one: string, few: string, many: string): string {
  const form = ukrainian.select(count)
  return `${ukrainianNumber.format(count)} ${form === 'one' ? one : form === 'few' ? few : many}`
}

/** A number with its noun: `enCount(3, 'run', 'runs')`. */
export function enCount(count: number, one: string, many: string): string {
  return `${englishNumber.format(count)} ${count === 1 ? one : many}`
}

/** The text of a word from the API; the word itself if this page does not know it. */
export function textOf(texts: Readonly<Record<string, string>>, word: string): string {
  return texts[word] ?? word
}
