/** The mail server of the demo: on loopback, it takes every mail and passes none on. What came is kept in memory, the newest of it. */
import { SMTPServer } from 'smtp-server'
import { type ReadMail, readMail } from './mail-reader.ts'

/** A mail that came. */
export interface CaughtMail extends ReadMail {
  /** Counted from 1, in the order in which they came. */
  readonly number: number
  readonly at: Date
}

/** The server, and what it caught. */
export interface Mailbox {
  /** For SMTP_URL. */
  readonly url: string
  /** The newest first. */
  list(): readonly CaughtMail[]
  find(number: number): CaughtMail | undefined
  close(): Promise<void>
}

const MOST_KEPT = 200
const MOST_BYTES = 1_048_576

/** Starts it on a port of its own; `onMail` is told of each mail. */
export async function startMailbox(onMail?: (mail: CaughtMail) => void): Promise<Mailbox> {
  const kept: CaughtMail[] = []
  let count = 0
  const server = new SMTPServer({
    // Nothing leaves the machine, so there is nothing to encrypt and nobody to know.
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
