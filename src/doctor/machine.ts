/** The machine on which the command runs: Node.js and the disk of the embedded database. */
import { type Finding, ok, problem, warning } from './finding.ts'

const LEAST_NODE = 24
const GIB = 2 ** 30

/** Whether this Node.js runs the program. */
export function judgeNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= LEAST_NODE) return ok('node', `Node.js ${version}`)
  return problem(
    'node',
    `Node.js ${version} is too old`,
    `use ${LEAST_NODE} or newer; \`npx zvirka\` brings its own along`,
  )
}

/** Room on the disk that holds the embedded database. */
export interface DiskFacts {
  readonly folder: string
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Whether there is room for the embedded database to write. */
export function judgeDisk({ folder, freeBytes, totalBytes }: DiskFacts): Finding {
  const words = `${gib(freeBytes)} of ${gib(totalBytes)} GiB free at ${folder}`
  if (freeBytes < GIB / 2) return problem('disk', words, 'make room: PostgreSQL stops when it can write no more')
  if (freeBytes < 5 * GIB) return warning('disk', words, 'make room before PostgreSQL can write no more')
  return ok('disk', words)
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}
