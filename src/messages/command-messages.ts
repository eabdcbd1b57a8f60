/** What only commands say: apart from what the API and the page say, which does not carry these texts. */
import { DOCTOR_FINDINGS } from './doctor.ts'
import { DOCTOR_ADVICE } from './doctor-advice.ts'
import { type MessageOf, sayFrom } from './message.ts'
import { plainSpeech } from './messages.ts'

/** The catalogues together. */
export const COMMAND_MESSAGES = { ...DOCTOR_FINDINGS, ...DOCTOR_ADVICE }

/** A message of a command. */
export type CommandMessage = MessageOf<typeof COMMAND_MESSAGES>

/** It as text. */
export function sayCommand({ code, params }: CommandMessage): string {
  return sayFrom(COMMAND_MESSAGES, code, params, plainSpeech('en')) ?? code
}

/** It with its text, for `--json`. */
export function commandMessageJson(message: CommandMessage) {
  return { ...message, text: sayCommand(message) }
}
