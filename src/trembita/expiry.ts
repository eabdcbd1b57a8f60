/** When certificates expire, and when to warn (spec 3.2). Pure; the time is passed in. */
import type { Expiry } from './tls.ts'

const dayMs = 86_400_000

/** Days until the certificate expires, with fractions; negative afterwards. */
export function daysLeft({ expiresAt }: Expiry, now: number): number {
  return (expiresAt.getTime() - now) / dayMs
}

/** Days before expiry at which to warn; 0 is the expiry itself. */
const steps = [0, 7, 14, 30] as const

/** A warning that is due. */
interface ExpiryWarning {
  readonly of: Expiry['of']
  /** Whole days left; 0 on the last day and afterwards. */
  readonly days: number
  readonly isOver: boolean
}

/** Creates a function that checks certificates and returns warnings at 30, 14, 7 and 0 days, each once per certificate. */
export function createExpiryWatch(): (certificates: readonly Expiry[], now: number) => ExpiryWarning[] {
  const told = new Map<string, number>()
  return (certificates, now) => {
    const warnings: ExpiryWarning[] = []
    for (const certificate of certificates) {
      const left = daysLeft(certificate, now)
      const step = steps.find((days) => left <= days)
      // A renewed certificate has another expiry and counts as a new one.
      const key = `${certificate.of} ${certificate.expiresAt.getTime()}`
      if (step === undefined || (told.get(key) ?? Number.POSITIVE_INFINITY) <= step) continue
      told.set(key, step)
      warnings.push({ of: certificate.of, days: Math.max(0, Math.floor(left)), isOver: left <= 0 })
    }
    return warnings
  }
}
