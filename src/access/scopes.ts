/** Every scope there is (spec 4, 5, 6), with the words that docs/access.md has for it. */
export const SCOPES = {
  'person:read': 'read persons with their documents and verification',
  'person:verify': 'send a person to be checked again',
  'person:write': 'create and change persons (another system of the platform)',
  'person:personal_data': "reveal a person's masked numbers, with a reason",
  'person_verification:read': 'list verifications of persons',
  'person_verification:details': "read a person's verification",
  'person_verification:write': "confirm a person's DRACS death verification by hand",
  'party:read': 'read parties with their documents, employees and verification',
  'party:verify': 'send a party to be checked again',
  'party:write': 'create and change parties (another system of the platform)',
  'party:personal_data': "reveal a party's masked numbers, with a reason",
  'party_verification:read': 'list verifications of parties',
  'party_verification:details': "read a party's verification",
  'party_verification:write': "confirm a party's DRACS death verification by hand",
  'employee:verify': "confirm an NHS employee's DRACS death verification by hand",
  'employee_request:read': 'read employee requests',
  'employee_request:write': 'create employee requests and send invitations',
  'employee_request:confirm': 'confirm a request about somebody who has another user already (NHS)',
  'employee_request:update': "approve and reject one's own employee request",
  'employee_request:approve': "approve one's own employee request",
  'employee_request:reject': "reject one's own employee request",
  'unzr:read': 'read what the register holds about a UNZR',
  'unzr:write': 'ask the register about a UNZR',
  'verification_run:read': 'see processes, runs, workers and registries',
  'verification_run:write': 'start, pause, resume and stop runs; take back what they settled',
  'job:read': 'see jobs',
  'job:write': 'retry and cancel jobs',
  'event:read': 'follow events',
  'audit:read': 'see who looked at whom, and who did what',
  'global_parameters:read': 'read global parameters',
  'global_parameters:write': 'change global parameters',
} as const satisfies Record<string, string>

/** A scope. */
export type Scope = keyof typeof SCOPES

/** Scopes that need no role: whoever was invited has none before the approval (spec 5.1.1). */
export const ROLELESS_SCOPES: readonly Scope[] = [
  'employee_request:update',
  'employee_request:approve',
  'employee_request:reject',
]

/** Whether a word is a scope. */
export function isScope(word: string): word is Scope {
  return Object.hasOwn(SCOPES, word)
}

/** The words of a scope text, in order, each once; words that are no scope are left in, for who wants to say so. */
export function scopeWords(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ''))]
}
