/** The TLS files of a DATABASE_URL. The error for a wrong one names the parameter and the reason. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The DATABASE_URL cannot be used. The message never repeats the URL: it holds a password. */
export class DatabaseUrlError extends Error {}

const FILES = {
  sslrootcert: { read: (pem: Buffer) => new X509Certificate(pem), kind: 'certificate that can be read (PEM)' },
  sslcert: { read: (pem: Buffer) => new X509Certificate(pem), kind: 'certificate that can be read (PEM)' },
  sslkey: { read: (pem: Buffer) => createPrivateKey(pem), kind: 'key that can be read (PEM, without a passphrase)' },
} as const

/** Throws a `DatabaseUrlError` unless each file that the URL's parameters name can be read and holds what it must. */
export function expectTlsFiles(parameters: URLSearchParams): void {
  for (const [parameter, { read, kind }] of Object.entries(FILES)) {
    const file = parameters.get(parameter)
    if (file === null) continue
    const named = `${parameter} of DATABASE_URL (${file})`
    const pem = contentOf(file, named)
    try {
      read(pem)
    } catch {
      throw new DatabaseUrlError(`${named} holds no ${kind}`)
    }
  }
}

function contentOf(file: string, named: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new DatabaseUrlError(`${named} cannot be read: ${Reflect.get(Object(error), 'code')}`)
  }
}
