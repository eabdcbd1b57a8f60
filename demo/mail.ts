/** Mail in the demo: without mail settings, its own server catches all mails (spec 7.1). */
import type { Settings } from '../src/config/settings.ts'
import { type Mailbox, startMailbox } from './mailbox.ts'
import { DEMO_MAILS_PATH } from './mails-page.ts'

/** The demo's mail, once it is set up. */
interface DemoMail {
  readonly settings: Settings
  /** Undefined: the settings name another server, and mails go there. */
  readonly mailbox: Mailbox | undefined
  /** From now on, reports each mail in the terminal. Not its recipient: `--registries` may bring anybody's data. */
  tellOfMails(url: string): void
}

const FROM = 'звірка (демо) <no-reply@demo.zvirka.example>'

/** Starts the server if no other is configured, and returns settings that use it. */
export async function provideDemoMail(settings: Settings): Promise<DemoMail> {
  const { smtpUrl, postmarkToken, from = FROM } = settings.mail
  if ((smtpUrl ?? postmarkToken) !== undefined) return { settings, mailbox: undefined, tellOfMails: () => undefined }
  let url: string | undefined
  const mailbox = await startMailbox(({ number, subject }) => {
    if (url !== undefined) process.stdout.write(`a mail came: ${subject}  ${url}${DEMO_MAILS_PATH}/${number}\n`)
  })
  return {
    settings: { ...settings, mail: { ...settings.mail, smtpUrl: mailbox.url, from } },
    mailbox,
    tellOfMails: (to) => {
      url = to
    },
  }
}
