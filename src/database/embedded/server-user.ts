import { execFileSync } from 'node:child_process'

/** The user that runs the server: PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const UNPRIVILEGED_USERS = ['postgres', 'nobody']

function idOf(flag: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}

function findUser(name: string): ServerUser | undefined {
  try {
    return { name, uid: idOf('-u', name), gid: idOf('-g', name) }
  } catch {
    return undefined
  }
}

/** Whether this process is root, so that the server needs another user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The unprivileged user that runs the server; undefined if it runs as the current user. */
export function serverUser(): ServerUser | undefined {
  if (!isRoot()) return undefined
  for (const name of UNPRIVILEGED_USERS) {
    const user = findUser(name)
    if (user !== undefined && user.uid !== 0) return user
  }
  throw new Error(
    `As root the embedded PostgreSQL needs an unprivileged user (${UNPRIVILEGED_USERS.join(' or ')}), and neither exists. Create one, or set DATABASE_URL.`,
  )
}
