/** The TLS files of a DATABASE_URL. The error for a wrong one names the parameter and the reason. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sayCommand } from '../messages/command-messages.ts'
import type { SettingProblem } from '../messages/settings.ts'
import { errorCodeOf } from '../observability/errors.ts'

/** The DATABASE_URL cannot be used. The problem never repeats the URL, which contains a password. */
export class DatabaseUrlError extends Error {
  readonly problem: SettingProblem

  constructor(problem: SettingProblem) {
    super(sayCommand(problem))
    this.problem = problem
  }
}

const CERTIFICATE = {
  read: (pem: Buffer) => new X509Certificate(pem),
  code: 'database_file_holds_no_certificate',
} as const
const FILES = {
  sslrootcert: CERTIFICATE,
  sslcert: CERTIFICATE,
  sslkey: { read: (pem: Buffer) => createPrivateKey(pem), code: 'database_file_holds_no_key' },
} as const

/** Throws a `DatabaseUrlError` unless each file that the URL's parameters name is readable and valid. */
export function expectTlsFiles(parameters: URLSearchParams): void {
  for (const [parameter, { read, code }] of Object.entries(FILES)) {
    const file = parameters.get(parameter)
    if (file === null) continue
    const params = { setting: 'DATABASE_URL', parameter, file }
    const pem = contentOf(params)
    try {
      read(pem)
    } catch {
      throw new DatabaseUrlError({ code, params })
    }
  }
}

function contentOf(params: { readonly setting: string; readonly parameter: string; readonly file: string }): Buffer {
  try {
    return readFileSync(params.file)
  } catch (thrown) {
    const error = String(errorCodeOf(thrown))
    throw new DatabaseUrlError({ code: 'database_file_unreadable', params: { ...params, error } })
  }
}
