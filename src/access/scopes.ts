/** Every scope (spec 4, 5, 6), with its description in docs/access.md. */
export const SCOPES = {
  'person:read': 'read persons with their documents and verification',
  'person:verify': 'send a person to be checked again',
  'person:write': 'create and change persons (another system of the platform)',
  'person:personal_data': "reveal a person's masked numbers, with a reason",
  'person_verification:read': 'list verifications of persons',
  'person_verification:details': "read a person's verification",
  'person_verification:write': "confirm a person's DRACS death verification manually",
  'party:read': 'read parties with their documents, employees and verification',
  'party:verify': 'send a party to be checked again',
  'party:write': 'create and change parties (another system of the platform)',
  'party:personal_data': "reveal a party's masked numbers, with a reason",
  'party_verification:read': 'list verifications of parties',
  'party_verification:details': "read a party's verification",
  'party_verification:write': "confirm a party's DRACS death verification manually",
  'employee:verify': "confirm an NHS employee's DRACS death verification manually",
  'employee_request:read': 'read employee requests',
  'employee_request:write': 'create employee requests and send invitations',
  'employee_request:confirm': 'confirm a request about somebody who already has another user (NHS)',
  'employee_request:update': "approve and reject one's own employee request",
  'employee_request:approve': "approve one's own employee request",
  'employee_request:reject': "reject one's own employee request",
  'unzr:read': 'read UNZR info',
  'unzr:write': 'ask the register about a UNZR',
  'verification_run:read': 'see processes, runs, workers and registries',
  'verification_run:write': 'start, pause, resume and stop runs; revert their results',
  'job:read': 'see jobs',
  'job:write': 'retry and cancel jobs',
  'event:read': 'follow events',
  'audit:read': 'read the audit: who viewed whose data, who did what',
  'global_parameters:read': 'read global parameters',
  'global_parameters:write': 'change global parameters',
} as const satisfies Record<string, string>

/** A scope. */
export type Scope = keyof typeof SCOPES

/** Scopes that need no role: an invited person has none before the approval (spec 5.1.1). */
export const ROLELESS_SCOPES: readonly Scope[] = [
  'employee_request:update',
  'employee_request:approve',
  'employee_request:reject',
]

/** Whether a word is a scope. */
export function isScope(word: string): word is Scope {
  return Object.hasOwn(SCOPES, word)
}

/** The words of a scope text, in order, without duplicates. Unknown words are included, so that the caller can report them. */
export function scopeWords(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ''))]
}
