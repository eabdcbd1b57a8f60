/** Whether the API knows whose requests it answers: behind a reverse proxy every one comes from the proxy. */
import { bare } from '../messages/message.ts'
import { type Finding, ok, warning } from './finding.ts'

/** What is set of it. */
export interface ProxyFacts {
  readonly trustedProxies: readonly string[] | undefined
  readonly publicUrl: string | undefined
  readonly host: string
}

const LOOPBACK = /^(127\.|::1$|localhost$)/

/** Judges it. */
export function judgeProxies({ trustedProxies, publicUrl, host }: ProxyFacts): Finding {
  if (trustedProxies !== undefined)
    return ok('proxies', { code: 'proxies_trusted', params: { addresses: trustedProxies.join(', ') } })
  if (publicUrl !== undefined) return warning('proxies', bare('proxies_not_set'), bare('set_trusted_proxies'))
  if (LOOPBACK.test(host)) return ok('proxies', bare('proxies_none'))
  return warning('proxies', { code: 'proxies_unknown', params: { host } }, bare('set_trusted_proxies_behind_one'))
}
