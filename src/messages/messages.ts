/** What the program says to people as data, by the API and on the page; what only commands say is in `command-messages.ts`. */
import { EXPLANATIONS } from './explanations.ts'
import { JOB_ERRORS, JOB_REFUSALS } from './jobs.ts'
import { type Language, type MessageOf, type Speech, sayFrom, type Text } from './message.ts'
import { RUN_FINDINGS } from './run-findings.ts'

/** All catalogues together; a code stands in one alone. */
export const MESSAGES = { ...EXPLANATIONS, ...RUN_FINDINGS, ...JOB_ERRORS, ...JOB_REFUSALS }

/** A message, whichever it is. */
export type Message = MessageOf<typeof MESSAGES>

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
  return sayFrom(MESSAGES, code, params, speech)
}

/** Messages as one text. */
export function say(messages: readonly Message[], speech: Speech = plainSpeech('en')): string {
  return messages.map(({ code, params }) => sayCode(code, params, speech) ?? code).join(' ')
}

/** A message with its text, as `--json` of commands has it. */
export function messageJson(message: Message) {
  return { ...message, text: say([message]) }
}

/** A table of docs/messages.md. */
export function messagesTable(catalogue: Readonly<Record<string, Text>>): string {
  const cell = (said: string) => said.replaceAll('\n', ' ')
  const rows = Object.entries(catalogue).map(([code, { example, en, uk }]) => {
    const params = Object.keys(example).map((name) => `\`${name}\``)
    const [english, ukrainian] = [en(example, plainSpeech('en')), uk(example, plainSpeech('uk'))]
    return `| \`${code}\` | ${params.join(', ')} | ${cell(english)} | ${cell(ukrainian)} |`
  })
  return ['| code | parameters | English | Ukrainian |', '|---|---|---|---|', ...rows].join('\n')
}
