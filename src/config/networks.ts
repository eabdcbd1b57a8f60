import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { formParser } from './parsers.ts'

// A network of all addresses (/0) would trust everybody.
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

const MAPPED_BITS = 96

/** Turns an IPv4 network written as IPv6 into IPv4, because peers are compared in that form. */
function canonical(text: string): string {
  const [address = '', bits] = text.split('/')
  const read = ipaddr.parse(address)
  if (!(read instanceof ipaddr.IPv6) || !read.isIPv4MappedAddress()) return text
  if (bits === undefined) return read.toIPv4Address().toString()
  return Number(bits) > MAPPED_BITS ? `${read.toIPv4Address()}/${Number(bits) - MAPPED_BITS}` : text
}

/** IP addresses and networks. */
export const networks = formParser(
  'networks',
  (raw): readonly string[] | undefined => {
    const all = raw.split(',').map((each) => each.trim())
    return all.every(isNetwork) ? all.map(canonical) : undefined
  },
  'addresses or networks, separated by commas',
)
