/** The API's messages (codes with parameters) in the page's language. */
import type { Speech } from '../../../src/messages/message.ts'
import { sayCode } from '../../../src/messages/messages.ts'
import { formatOf } from './format.ts'
import { type Language, useLanguage } from './language.ts'
import { textOf } from './texts.ts'
import { words } from './words.ts'

/** A message from the API. */
export interface Said {
  readonly code: string
  readonly params: unknown
  readonly text: string
}

const SPEECH: Readonly<Record<Language, Speech>> = { uk: speechOf('uk'), en: speechOf('en') }

function speechOf(language: Language): Speech {
  const names = words[language]
  const format = formatOf(language)
  const [opening, closing] = language === 'uk' ? ['«', '»'] : ['“', '”']
  return {
    language,
    stream: (stream) => textOf(names.stream, stream),
    status: (status) => `${opening}${textOf(names.status, status)}${closing}`,
    runState: (state) => textOf(names.runState, state.toUpperCase()).toLowerCase(),
    run: (id) => id.slice(0, 8),
    // The host if it is known: an id means nothing to readers.
    worker: (id, host) => (host === '' ? id.slice(0, 8) : host),
    instant: (iso) => `${format.dateTime(iso)} ${language === 'uk' ? 'за київським часом' : 'Kyiv time'}`,
  }
}

/** Messages in a language; for a code that this page does not know, the API's own text. */
export function sayIn(messages: readonly Said[], language: Language): string {
  return messages.map(({ code, params, text }) => sayCode(code, params, SPEECH[language]) ?? text).join(' ')
}

/** The same in the language of the page. */
export function useSay(): (messages: readonly Said[]) => string {
  const language = useLanguage()
  return (messages) => sayIn(messages, language)
}
