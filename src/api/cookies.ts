/** Reads and sets cookies, including the one of a known device (`access/devices.ts`). */
import { DEVICE_SECONDS } from '../access/devices.ts'

/** The value of a cookie in a request's header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', value = ''] = pair.split('=')
    if (key.trim() === name) return value.trim()
  }
  return undefined
}

/** Attributes of a cookie. */
interface CookieAttributes {
  readonly path: string
  readonly seconds: number
  readonly isSecure: boolean
}

/** The header that sets a cookie, inaccessible to scripts and other sites. */
export function cookieHeader(name: string, value: string, { path, seconds, isSecure }: CookieAttributes): string {
  const attributes = [
    ...[`Path=${path}`, `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict'],
    ...(isSecure ? ['Secure'] : []),
  ]
  return `${name}=${value}; ${attributes.join('; ')}`
}

// With the prefix a browser accepts it only from this host over https: no subdomain can replace it.
const deviceName = (isSecure: boolean) => (isSecure ? '__Host-zvirka_device' : 'zvirka_device')
const DEVICE = /^[\w.~-]{1,1000}$/

/** The cookie of a known device. */
export function deviceOf(header: string | undefined, isSecure: boolean): string | undefined {
  const value = cookieOf(header, deviceName(isSecure))
  return value !== undefined && DEVICE.test(value) ? value : undefined
}

/** The header that sets it. */
export function deviceHeader(value: string, isSecure: boolean): string {
  return cookieHeader(deviceName(isSecure), value, { path: '/', seconds: DEVICE_SECONDS, isSecure })
}

/** Whether browsers reach us over https: by the public address, otherwise by the request (and its trusted proxies). */
export function isHttps(publicUrl: string | undefined, protocol: string): boolean {
  return (publicUrl ?? `${protocol}:`).startsWith('https:')
}
