/** Addresses as limits count them. */
import ipaddr from 'ipaddr.js'

const NETWORK_BITS = 64
const GROUP_BITS = 16

/**
 * The key of an address in a limit: IPv4 as it is, also if mapped to IPv6; of IPv6 the /64, because a customer gets at least that
 * many addresses. A port, which some proxies append, is ignored.
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
