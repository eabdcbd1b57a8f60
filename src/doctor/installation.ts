/** The machine (Node.js, the disk of the embedded database), and what the installation is set up with: proxies, mail, signatures. */

import type { DoctorAdvice } from '../messages/doctor-advice.ts'
import { bare } from '../messages/message.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const LEAST_NODE = 24
const GIB = 2 ** 30

/** Judges the version of Node.js. */
export function judgeNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= LEAST_NODE) return ok('node', { code: 'node_ok', params: { version } })
  const advice = { code: 'use_newer_node', params: { least: LEAST_NODE } } as const
  return problem('node', { code: 'node_too_old', params: { version } }, advice)
}

/** Space on the disk of the embedded database. */
interface DiskFacts {
  readonly folder: string
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Judges whether the embedded database has enough space. */
export function judgeDisk({ folder, freeBytes, totalBytes }: DiskFacts): Finding {
  const finding = { code: 'disk_free', params: { folder, free: gib(freeBytes), total: gib(totalBytes) } } as const
  if (freeBytes >= 5 * GIB) return ok('disk', finding)
  return (freeBytes < GIB / 2 ? problem : warning)('disk', finding, bare('make_room'))
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}

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

/** The facts about mail. */
export interface MailFacts {
  /** `smtp`, `postmark`, or `none`. */
  readonly transport: string
  /** The code of the problem; undefined: it would accept a mail. */
  readonly trouble: string | undefined
  /** ZVIRKA_PUBLIC_URL, if set; should be https. */
  readonly publicUrl: string | undefined
}

const ADVICE: Readonly<Record<string, DoctorAdvice>> = {
  smtp_unreachable: bare('check_smtp_reachable'),
  smtp_host_unknown: bare('check_smtp_host'),
  smtp_timeout: bare('check_smtp_port'),
  smtp_tls: bare('check_smtp_certificate'),
  smtp_login: bare('check_smtp_login'),
  postmark_10: bare('check_postmark_token'),
  postmark_unreachable: bare('reach_postmark'),
}

/** Judges the facts. */
export function judgeMail({ transport, trouble, publicUrl }: MailFacts): Finding[] {
  if (transport === 'none') return [warning('mail', bare('mail_not_set'), bare('set_mail'))]
  if (trouble !== undefined) {
    const advice = ADVICE[trouble] ?? ({ code: 'mail_is_retried', params: { code: trouble } } as const)
    return [problem('mail', { code: 'mail_fails', params: { transport, code: trouble } }, advice)]
  }
  return [ok('mail', { code: 'mail_ok', params: { transport } }), ...judgeLinks(publicUrl)]
}

function judgeLinks(publicUrl: string | undefined): Finding[] {
  if (publicUrl?.startsWith('https:') === true) return []
  const finding = bare(publicUrl === undefined ? 'links_without_public_url' : 'links_without_https')
  return [warning('links in mails', finding, bare('set_public_url'))]
}

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
