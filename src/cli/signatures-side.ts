/** The verification of signed content according to the settings. */
import type { Settings } from '../config/settings.ts'
import { structureOnly } from '../signatures/cms.ts'
import { NO_SIGNATURES, type Signatures } from '../signatures/opened.ts'
import { signatureService } from '../signatures/service.ts'
import { CommandFailure } from './exit.ts'

/** Creates it. The mode without verification is refused outside a demo. */
export function openSignatures({ employeeRequests, signatures }: Settings, isDemo: boolean): Signatures {
  const { url, timeoutSeconds } = signatures
  switch (employeeRequests.signedContent) {
    case 'off':
      return NO_SIGNATURES
    case 'http':
      return url === undefined ? NO_SIGNATURES : signatureService({ url, timeoutMs: timeoutSeconds * 1000 })
    case 'structure-only':
      if (isDemo) return structureOnly
      throw new CommandFailure(
        'EMPLOYEE_REQUEST_SIGNED_CONTENT is structure-only, which verifies no signature and is for the demo only',
        'set it to http (with SIGNATURE_SERVICE_URL) or to off',
      )
  }
}
