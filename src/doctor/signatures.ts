/** Whether signed content can be opened. */
import { type Finding, ok, problem } from './finding.ts'

/** What is known of it. */
export interface SignatureFacts {
  readonly mode: 'off' | 'http' | 'structure-only'
  /** The code of what is wrong with the service; undefined: it answers. */
  readonly trouble: string | undefined
}

const CHECK = 'signatures'

/** Judges it. */
export function judgeSignatures({ mode, trouble }: SignatureFacts): Finding {
  if (mode === 'off') return ok(CHECK, 'signed content is not accepted (EMPLOYEE_REQUEST_SIGNED_CONTENT is off)')
  if (mode === 'structure-only')
    return problem(
      CHECK,
      'EMPLOYEE_REQUEST_SIGNED_CONTENT is structure-only: the API does not start with it outside a demo',
      'set it to http, with SIGNATURE_SERVICE_URL, or to off',
    )
  if (trouble === undefined) return ok(CHECK, 'the signature service answers')
  return problem(
    CHECK,
    `the signature service does not answer as it should: ${trouble}`,
    'see that SIGNATURE_SERVICE_URL names it rightly, that it runs and can be reached from here; signed requests are 503 until then',
  )
}
