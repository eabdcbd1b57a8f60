/** Messages of commands alone: kept apart, so that the page does not load them. */
import { CALL_MESSAGES } from './call-failures.ts'
import { DOCTOR_FINDINGS } from './doctor.ts'
import { DOCTOR_ADVICE } from './doctor-advice.ts'
import { KEY_ADVICE, KEY_PROBLEMS } from './encryption-keys.ts'
import { type MessageOf, sayFrom } from './message.ts'
import { plainSpeech } from './messages.ts'
import { SETTING_PROBLEMS } from './settings.ts'
import { TLS_FILE_ADVICE, TLS_FILE_PROBLEMS } from './tls-files.ts'

/** The catalogues together. */
export const COMMAND_MESSAGES = {
  ...DOCTOR_FINDINGS,
  ...SETTING_PROBLEMS,
  ...KEY_PROBLEMS,
  ...TLS_FILE_PROBLEMS,
  ...DOCTOR_ADVICE,
  ...KEY_ADVICE,
  ...TLS_FILE_ADVICE,
  ...CALL_MESSAGES,
}

/** A message of a command. */
type CommandMessage = MessageOf<typeof COMMAND_MESSAGES>

/** Its text. */
export function sayCommand({ code, params }: CommandMessage): string {
  return sayFrom(COMMAND_MESSAGES, code, params, plainSpeech('en')) ?? code
}

/** The message with its text, for `--json`. */
export function commandMessageJson(message: CommandMessage) {
  return { ...message, text: sayCommand(message) }
}
