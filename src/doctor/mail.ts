/** Whether mails can go out, and where their links lead. */
import { type Finding, ok, problem, warning } from './finding.ts'

/** What is known of mail. */
export interface MailFacts {
  /** `smtp`, `postmark`, or `none`. */
  readonly transport: string
  /** The code of what is wrong with it; undefined: it would take a mail. */
  readonly trouble: string | undefined
  /** Whether ZVIRKA_PUBLIC_URL is set, and whether it is https. */
  readonly publicUrl: string | undefined
}

const ADVICE: Readonly<Record<string, string>> = {
  smtp_unreachable: 'see that SMTP_URL names the server and its port, and that it runs and can be reached from here',
  smtp_host_unknown: 'see that SMTP_URL names the server rightly: its name is not known here',
  smtp_timeout: 'the server does not answer: see that its port is right (smtps:// for 465) and no firewall is between',
  smtp_tls: 'its certificate must be of an authority that Node.js trusts: NODE_EXTRA_CA_CERTS names another (PEM)',
  smtp_login: 'see that SMTP_URL holds the right user and password, with special characters as %XX',
  postmark_10: 'POSTMARK_TOKEN is not the token of a server of Postmark',
  postmark_unreachable: 'https://api.postmarkapp.com must be reachable from here',
}

/** Judges it. */
export function judgeMail({ transport, trouble, publicUrl }: MailFacts): Finding[] {
  if (transport === 'none') {
    return [
      warning(
        'mail',
        'neither SMTP_URL nor POSTMARK_TOKEN is set: nobody is invited, and nobody is told of an approval',
        'set one of them, and MAIL_FROM; jobs of mails that failed meanwhile can be retried',
      ),
    ]
  }
  if (trouble !== undefined) {
    const advice = ADVICE[trouble] ?? `the code is ${trouble}; mails are tried again for about a day`
    return [problem('mail', `no mail goes out by ${transport}: ${trouble}`, advice)]
  }
  return [ok('mail', `${transport} takes mails`), ...judgeLinks(publicUrl)]
}

function judgeLinks(publicUrl: string | undefined): Finding[] {
  if (publicUrl?.startsWith('https:') === true) return []
  const words =
    publicUrl === undefined
      ? 'ZVIRKA_PUBLIC_URL is not set: links in mails lead to the address on which the API listens'
      : 'ZVIRKA_PUBLIC_URL is not https: secrets and passwords would travel in the open'
  return [warning('links in mails', words, 'set ZVIRKA_PUBLIC_URL to the https address by which people reach the API')]
}
