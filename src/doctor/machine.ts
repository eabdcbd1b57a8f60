/** The machine on which the command runs: Node.js and the disk of the embedded database. */
import { bare } from '../messages/message.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const LEAST_NODE = 24
const GIB = 2 ** 30

/** Judges the version of Node.js. */
export function judgeNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= LEAST_NODE) return ok('node', { code: 'node_ok', params: { version } })
  const advice = { code: 'use_newer_node', params: { least: LEAST_NODE } } as const
  return problem('node', { code: 'node_too_old', params: { version } }, advice)
}

/** Space on the disk of the embedded database. */
interface DiskFacts {
  readonly folder: string
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Judges whether the embedded database has enough space. */
export function judgeDisk({ folder, freeBytes, totalBytes }: DiskFacts): Finding {
  const finding = { code: 'disk_free', params: { folder, free: gib(freeBytes), total: gib(totalBytes) } } as const
  if (freeBytes >= 5 * GIB) return ok('disk', finding)
  return (freeBytes < GIB / 2 ? problem : warning)('disk', finding, bare('make_room'))
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}
