/** Whether the API knows its clients' addresses: behind a reverse proxy every request comes from the proxy. */
import { bare } from '../messages/message.ts'
import { type Finding, ok, warning } from './finding.ts'

/** The relevant settings. */
export interface ProxyFacts {
  readonly trustedProxies: readonly string[] | undefined
  readonly publicUrl: string | undefined
  readonly host: string
}

const LOOPBACK = /^(127\.|::1$|localhost$)/

/** Judges the settings. */
export function judgeProxies({ trustedProxies, publicUrl, host }: ProxyFacts): Finding {
  if (trustedProxies !== undefined)
    return ok('proxies', { code: 'proxies_trusted', params: { addresses: trustedProxies.join(', ') } })
  if (publicUrl !== undefined) return warning('proxies', bare('proxies_not_set'), bare('set_trusted_proxies'))
  if (LOOPBACK.test(host)) return ok('proxies', bare('proxies_none'))
  return warning('proxies', { code: 'proxies_unknown', params: { host } }, bare('set_trusted_proxies_behind_one'))
}
