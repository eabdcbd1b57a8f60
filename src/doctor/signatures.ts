/** Whether signed content can be verified. */
import { bare } from '../messages/message.ts'
import { type Finding, ok, problem } from './finding.ts'

/** The facts about signatures. */
interface SignatureFacts {
  readonly mode: 'off' | 'http' | 'structure-only'
  /** The code of the service's problem; undefined: it answers. */
  readonly trouble: string | undefined
}

const CHECK = 'signatures'

/** Judges the facts. */
export function judgeSignatures({ mode, trouble }: SignatureFacts): Finding {
  if (mode === 'off') return ok(CHECK, bare('signatures_off'))
  if (mode === 'structure-only') return problem(CHECK, bare('signatures_structure_only'), bare('set_signed_content'))
  if (trouble === undefined) return ok(CHECK, bare('signatures_ok'))
  return problem(CHECK, { code: 'signatures_fail', params: { code: trouble } }, bare('check_signature_service'))
}
