/** The demo's mail server: on loopback, it accepts every mail and forwards none. The newest mails are kept in memory. */
import { SMTPServer } from 'smtp-server'
import { type ReadMail, readMail } from './mail-reader.ts'

/** A caught mail. */
export interface CaughtMail extends ReadMail {
  /** Counted from 1, in order of arrival. */
  readonly number: number
  readonly at: Date
}

/** The server and its caught mails. */
export interface Mailbox {
  /** For SMTP_URL. */
  readonly url: string
  /** Newest first. */
  list(): readonly CaughtMail[]
  find(number: number): CaughtMail | undefined
  close(): Promise<void>
}

const MOST_KEPT = 200
const MOST_BYTES = 1_048_576

/** Starts it on a free port; `onMail` is called for each mail. */
export async function startMailbox(onMail?: (mail: CaughtMail) => void): Promise<Mailbox> {
  const kept: CaughtMail[] = []
  let count = 0
  const server = new SMTPServer({
    // Nothing leaves the machine, so neither encryption nor authentication is needed.
    disabledCommands: ['STARTTLS', 'AUTH'],
    ...{ size: MOST_BYTES, closeTimeout: 500, logger: false },
    onData(stream, _session, answer) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => void (stream.sizeExceeded || chunks.push(chunk)))
      stream.on('end', () => {
        if (stream.sizeExceeded) return answer(new Error('the mail is too large'))
        count += 1
        const mail = { ...readMail(Buffer.concat(chunks)), number: count, at: new Date() }
        kept.unshift(mail)
        kept.length = Math.min(kept.length, MOST_KEPT)
        onMail?.(mail)
        answer()
      })
    },
  })
  server.on('error', () => undefined)
  const listener = server.listen(0, '127.0.0.1')
  await new Promise<void>((resolve, reject) => listener.once('listening', resolve).once('error', reject))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the mail server listens on no port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    list: () => kept,
    find: (number) => kept.find((mail) => mail.number === number),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
