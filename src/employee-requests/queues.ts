import type { Queue } from '../jobs/queue.ts'

/** Attempts in all to send a mail: with its pauses, about a day. */
const ATTEMPTS = 12

/** Mails with an invitation; a job's key is the id of the employee request. The job makes the secret itself (spec 5). */
export const INVITATION_MAIL: Queue = { name: 'invitation_mail', attempts: ATTEMPTS }

/** Mails that tell the users of a party of a request about it, when it is made and when it is approved; a job's key is the id of the request. */
export const KNOWN_PARTY_MAIL: Queue = { name: 'known_party_mail', attempts: ATTEMPTS }

/** Mails that tell of an approval (spec 5.3.7); a job's key is the id of the employee request. */
export const REGISTRATION_MAIL: Queue = { name: 'registration_mail', attempts: ATTEMPTS }
