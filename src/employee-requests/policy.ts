/** Settings for employee requests. */

/**
 * The condition for changing a party that has users: `confirm`, one of them approves or the NHS has confirmed the request; `seed`, approval
 * by the invited user is enough (spec 5.1.5).
 */
const KNOWN_PARTY_RULES = ['confirm', 'seed'] as const

/** One of the rules. */
export type KnownPartyRule = (typeof KNOWN_PARTY_RULES)[number]

/** The limits of caused mails. */
export interface MailLimits {
  /** To one e-mail within a day. */
  readonly perRecipient: number
  /** By requests of one legal entity within an hour. */
  readonly perLegalEntity: number
}

/** The settings. */
export interface RequestPolicy {
  readonly knownParty: KnownPartyRule
  readonly mails: MailLimits
}

/** The default settings. */
export const DEFAULT_REQUEST_POLICY: RequestPolicy = {
  knownParty: 'confirm',
  mails: { perRecipient: 3, perLegalEntity: 50 },
}
