/** Every message that the program says as data, whatever part says it. */
import { EXPLANATIONS } from './explanations.ts'
import type { Language, MessageOf, Params, Speech, Text } from './message.ts'

/** All catalogues together; a code stands in one alone. */
export const MESSAGES = { ...EXPLANATIONS }

/** A message, whichever it is. */
export type Message = MessageOf<typeof MESSAGES>

/** Entries by their codes, for codes from elsewhere. */
const BY_CODE = new Map<string, Text>(Object.entries(MESSAGES))

/** How names and instants stand in the API's texts: as the API has them, times by the clock in Kyiv. */
export function plainSpeech(language: Language): Speech {
  const asIs = (word: string) => word
  const worker = (id: string, host: string) => (host === '' ? id : `${id} (${host})`)
  const instant = (iso: string) => `${KYIV.format(new Date(iso))} Kyiv`
  return { language, stream: asIs, status: asIs, runState: asIs, run: asIs, worker, instant }
}

const KYIV = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv', dateStyle: 'short', timeStyle: 'short' })

/** A message as text; undefined: this version has no such code, or the code has other parameters. */
export function sayCode(code: string, params: unknown, speech: Speech): string | undefined {
  const entry = BY_CODE.get(code)
  return entry !== undefined && fits(params, entry.example) ? entry[speech.language](params, speech) : undefined
}

function fits(params: unknown, example: Params): params is Params {
  const given = new Map(Object.entries(Object(params)))
  return Object.entries(example).every(([name, value]) => typeof given.get(name) === typeof value)
}

/** Messages as one text. */
export function say(messages: readonly Message[], speech: Speech = plainSpeech('en')): string {
  return messages.map(({ code, params }) => sayCode(code, params, speech) ?? code).join(' ')
}

/** The table of docs/messages.md. */
export function messagesTable(): string {
  const rows = [...BY_CODE].map(([code, { example, en, uk }]) => {
    const params = Object.keys(example).map((name) => `\`${name}\``)
    return `| \`${code}\` | ${params.join(', ')} | ${en(example, plainSpeech('en'))} | ${uk(example, plainSpeech('uk'))} |`
  })
  return ['| code | parameters | English | Ukrainian |', '|---|---|---|---|', ...rows].join('\n')
}
