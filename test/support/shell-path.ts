import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const STAND_INS = join(import.meta.dirname, 'bin')

/** Where a shell finds its commands: as everywhere, and for a curl that the machine does not have, a stand-in. */
export function shellPath(...first: readonly string[]): string {
  const machine = (process.env['PATH'] ?? '').split(delimiter)
  const last = machine.some((folder) => existsSync(join(folder, 'curl'))) ? [] : [STAND_INS]
  return [...first, ...machine, ...last].join(delimiter)
}
