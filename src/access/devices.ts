/**
 * Known devices (OWASP device cookies): a browser in which a user has signed in has a signed cookie, so that failures of others do not slow
 * down this user. A cookie lists the few users who sign in there. It gives no access by itself, and becomes invalid when the user's password
 * changes.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Counter, counterOf } from './failures.ts'

/** How long a device stays known. */
export const DEVICE_SECONDS = 90 * 86_400
/** A shared computer, such as in a ward, has several users. */
const MOST_USERS = 5
/** A finder of the device has a few attempts, then counts like anybody else. */
const FREE_BY_DEVICE = 10

/** The user of a device, and the key that signs its cookie. */
interface DeviceOwner {
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

/** The counter for failures on a device known to this user; undefined: the device is not known. */
export function deviceCounter(cookie: string | undefined, owner: DeviceOwner, now: Date): Counter | undefined {
  const part = partOf(cookie, owner, now)
  return part === undefined ? undefined : counterOf('device', part, FREE_BY_DEVICE)
}

/** The cookie of a device after this user has signed in; it keeps earlier users. */
export function rememberDevice(cookie: string | undefined, owner: DeviceOwner, now: Date): string {
  const known = partOf(cookie, owner, now)
  const until = String(Math.floor(now.getTime() / 1000) + DEVICE_SECONDS)
  const nonce = randomBytes(12).toString('base64url')
  const others = partsOf(cookie).filter((part) => part !== known)
  return [`${until}.${nonce}.${sign(owner, until, nonce)}`, ...others].slice(0, MOST_USERS).join('~')
}
