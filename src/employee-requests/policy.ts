/** What an installation decides about employee requests. */

/**
 * What it takes to change a party that has users: `confirm`, that one of them approves, or that the NHS confirmed the request; `seed`, no
 * more than an approval by whom the request invites (spec 5.1.5).
 */
export const KNOWN_PARTY_RULES = ['confirm', 'seed'] as const

/** One of them. */
export type KnownPartyRule = (typeof KNOWN_PARTY_RULES)[number]

/** How many mails may be caused. */
export interface MailLimits {
  /** To one e-mail within a day. */
  readonly perRecipient: number
  /** By requests of one legal entity within an hour. */
  readonly perLegalEntity: number
}

/** All of it. */
export interface RequestPolicy {
  readonly knownParty: KnownPartyRule
  readonly mails: MailLimits
}

/** What holds unless settings say otherwise. */
export const DEFAULT_REQUEST_POLICY: RequestPolicy = {
  knownParty: 'confirm',
  mails: { perRecipient: 3, perLegalEntity: 50 },
}
