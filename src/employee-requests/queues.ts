import type { Queue } from '../jobs/queue.ts'

/** The maximum number of attempts to send a mail; with the pauses, about a day. */
const ATTEMPTS = 12

/** Invitation mails; a job's key is the id of the employee request. The job creates the secret itself (spec 5). */
export const INVITATION_MAIL: Queue = { name: 'invitation_mail', attempts: ATTEMPTS }

/** Mails that notify the users of a party when a request is created and when it is approved; a job's key is the id of the request. */
export const KNOWN_PARTY_MAIL: Queue = { name: 'known_party_mail', attempts: ATTEMPTS }

/** Mails about an approval (spec 5.3.7); a job's key is the id of the employee request. */
export const REGISTRATION_MAIL: Queue = { name: 'registration_mail', attempts: ATTEMPTS }
