/**
 * Known devices: a browser in which somebody has signed in keeps a signed cookie, by which failures of others do not slow down who sits
 * before it (OWASP's device cookies). A cookie knows the few users who sign in there. It opens nothing by itself, and it is of no use
 * once its user's password is another.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Counter, counterOf } from './failures.ts'

/** How long a device stays known. */
export const DEVICE_SECONDS = 90 * 86_400
/** A computer of a ward has several users. */
const MOST_USERS = 5
/** Who found the device may try a little, and counts as anybody else from then on. */
const FREE_BY_DEVICE = 10

/** Whose device it is, and with what its cookie is signed. */
export interface DeviceOwner {
  readonly id: string
  readonly password_hash: string | null
  readonly device_key: Buffer
}

/** The part of a cookie that is this user's; undefined: the device does not know them. */
function partOf(cookie: string | undefined, owner: DeviceOwner, now: Date): string | undefined {
  return partsOf(cookie).find((part) => {
    const [until = '', nonce = '', signature = ''] = part.split('.')
    const expected = Buffer.from(sign(owner, until, nonce))
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected) && Number(until) > now.getTime() / 1000
  })
}

function partsOf(cookie: string | undefined): string[] {
  return (cookie ?? '').split('~', MOST_USERS).filter((part) => part !== '')
}

function sign({ id, password_hash: passwordHash, device_key: key }: DeviceOwner, until: string, nonce: string): string {
  return createHmac('sha256', key).update(`${until} ${nonce} ${id} ${passwordHash}`).digest('base64url')
}

/** What failures on a device that the user signed in on before are counted by; undefined: there is no such device. */
export function deviceCounter(cookie: string | undefined, owner: DeviceOwner, now: Date): Counter | undefined {
  const part = partOf(cookie, owner, now)
  return part === undefined ? undefined : counterOf('device', part, FREE_BY_DEVICE)
}

/** The cookie of a device on which this user has now signed in, whoever else did before. */
export function rememberDevice(cookie: string | undefined, owner: DeviceOwner, now: Date): string {
  const known = partOf(cookie, owner, now)
  const until = String(Math.floor(now.getTime() / 1000) + DEVICE_SECONDS)
  const nonce = randomBytes(12).toString('base64url')
  const others = partsOf(cookie).filter((part) => part !== known)
  return [`${until}.${nonce}.${sign(owner, until, nonce)}`, ...others].slice(0, MOST_USERS).join('~')
}
