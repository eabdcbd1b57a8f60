/** Whether mails can be sent, and where their links lead. */
import type { DoctorAdvice } from '../messages/doctor-advice.ts'
import { bare } from '../messages/message.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

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
