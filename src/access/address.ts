/** Addresses as they are counted: whoever has many of them is one all the same. */
import ipaddr from 'ipaddr.js'

const NETWORK_BITS = 64
const GROUP_BITS = 16

/**
 * What a limit counts an address as: IPv4 as it is, also where it is written as IPv6; of IPv6 the /64, since a customer gets at least that
 * many addresses. A port, which some proxies write behind an address, is left out.
 */
export function countedAddress(text: string): string {
  const bare = withoutPort(text)
  if (!ipaddr.isValid(bare)) return text
  const address = ipaddr.process(bare)
  if (address instanceof ipaddr.IPv4) return address.toString()
  const network = address.parts.slice(0, NETWORK_BITS / GROUP_BITS)
  return `${network.map((group) => group.toString(16)).join(':')}::/${NETWORK_BITS}`
}

function withoutPort(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
