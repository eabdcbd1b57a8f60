import { isIP } from 'node:net'
import type { Parser } from './parsers.ts'

const problem = 'must be addresses or networks such as 10.0.0.5 or 10.0.0.0/8, separated by commas'

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}

/** Addresses and networks of machines. */
export const networks: Parser<readonly string[]> = {
  kind: 'addresses or networks, separated by commas',
  parse(raw) {
    const all = raw.split(',')
    return all.every(isNetwork) ? { value: all } : { problem }
  },
}
