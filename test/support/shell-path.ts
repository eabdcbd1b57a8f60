import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const STAND_INS = join(import.meta.dirname, 'bin')

/** The PATH of a shell, with a stand-in for curl if the machine has none. */
export function shellPath(...first: readonly string[]): string {
  const machine = (process.env['PATH'] ?? '').split(delimiter)
  const last = machine.some((folder) => existsSync(join(folder, 'curl'))) ? [] : [STAND_INS]
  return [...first, ...machine, ...last].join(delimiter)
}
