/** Mail in the demo: where no way is set up, a server of its own catches it (spec 7.1). */
import type { Settings } from '../src/config/settings.ts'
import { type Mailbox, startMailbox } from './mailbox.ts'
import { DEMO_MAILS_PATH } from './mails-page.ts'

/** The mail of the demo, once it is known what it is. */
export interface DemoMail {
  readonly settings: Settings
  /** Undefined: the settings name another server, and mails go there. */
  readonly mailbox: Mailbox | undefined
  /** From now on each mail that comes is told of in the terminal. Its recipient is not: `--registries` brings people of anybody's. */
  tellOfMails(url: string): void
}

const FROM = 'звірка (демо) <no-reply@demo.zvirka.example>'

/** Starts the server where there is none to send by, and answers with settings that use it. */
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
