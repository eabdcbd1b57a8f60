/** Messages of the API and the page, as data; those of commands alone are in `command-messages.ts`. */
import { EXPLANATIONS } from './explanations.ts'
import { JOB_ERRORS, JOB_REFUSALS } from './jobs.ts'
import { type Language, type MessageOf, type Speech, sayFrom, type Text } from './message.ts'
import { RUN_FINDINGS } from './run-findings.ts'

/** All catalogues; each code is in one of them. */
export const MESSAGES = { ...EXPLANATIONS, ...RUN_FINDINGS, ...JOB_ERRORS, ...JOB_REFUSALS }

/** A message of any catalogue. */
export type Message = MessageOf<typeof MESSAGES>

/** How the API's texts write names and times: names as in its values, times in the Kyiv time zone. */
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
