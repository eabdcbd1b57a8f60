/** Whether the API knows whose requests it answers: behind a reverse proxy every one comes from the proxy. */
import { type Finding, ok, warning } from './finding.ts'

/** What is set of it. */
export interface ProxyFacts {
  readonly trustedProxies: readonly string[] | undefined
  readonly publicUrl: string | undefined
  readonly host: string
}

const LOOPBACK = /^(127\.|::1$|localhost$)/
const ADVICE =
  'set ZVIRKA_TRUSTED_PROXIES to the addresses from which the proxy connects, and to no others: from these X-Forwarded-For is believed'

/** Judges it. */
export function judgeProxies({ trustedProxies, publicUrl, host }: ProxyFacts): Finding {
  if (trustedProxies !== undefined) {
    return ok('proxies', `X-Forwarded-For is believed from ${trustedProxies.join(', ')}, and from nobody else`)
  }
  if (publicUrl !== undefined) {
    return warning(
      'proxies',
      'ZVIRKA_PUBLIC_URL is set and ZVIRKA_TRUSTED_PROXIES is not: behind a proxy all clients count as one address, in limits and in the audit',
      ADVICE,
    )
  }
  if (LOOPBACK.test(host))
    return ok('proxies', 'X-Forwarded-For is believed from nobody; only this machine reaches the API')
  return warning(
    'proxies',
    `the API listens on ${host}, and ZVIRKA_TRUSTED_PROXIES is not set`,
    `without a proxy leave it; behind one, ${ADVICE}`,
  )
}
