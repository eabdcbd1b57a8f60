/** How long certificates are still good, and when somebody must be told (spec 3.2): pure, with its clock from outside. */
import type { Expiry } from './tls.ts'

const dayMs = 86_400_000

/** Days from now until the certificate's last moment, with fractions; negative once it is over. */
export function daysLeft({ expiresAt }: Expiry, now: number): number {
  return (expiresAt.getTime() - now) / dayMs
}

/** At how many days left a warning is due; 0 is the end. */
const steps = [0, 7, 14, 30] as const

/** A warning that is due. */
export interface ExpiryWarning {
  readonly of: Expiry['of']
  /** Whole days that are left; 0 on the last day and after it. */
  readonly days: number
  readonly isOver: boolean
}

/** Looks at certificates now and then, and tells of each at 30, 14 and 7 days and at its end, once each. */
export function createExpiryWatch(): (certificates: readonly Expiry[], now: number) => ExpiryWarning[] {
  const told = new Map<string, number>()
  return (certificates, now) => {
    const warnings: ExpiryWarning[] = []
    for (const certificate of certificates) {
      const left = daysLeft(certificate, now)
      const step = steps.find((days) => left <= days)
      // One that was renewed ends at another time, which makes it another one.
      const key = `${certificate.of} ${certificate.expiresAt.getTime()}`
      if (step === undefined || (told.get(key) ?? Number.POSITIVE_INFINITY) <= step) continue
      told.set(key, step)
      warnings.push({ of: certificate.of, days: Math.max(0, Math.floor(left)), isOver: left <= 0 })
    }
    return warnings
  }
}
