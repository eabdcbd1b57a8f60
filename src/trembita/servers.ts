/**
 * Load balancing over the organisation's security servers (spec 3.2). Calls rotate among the working ones. A server that fails is skipped
 * for 5 s, doubling up to a minute, and then tested with one call while others still skip it. If all are skipped, the one whose time ends
 * first is used, since a call that might succeed is better than none.
 */
import { type Clock, steadyClock } from './clock.ts'

/** The security servers, by index in the list. */
export interface Servers {
  /** The server for the next attempt; not `not` if another one is available. */
  pick(not?: number): number
  /** The server answered, even if with a fault. */
  succeeded(server: number): void
  /** The server was unreachable or failed itself. */
  failed(server: number): void
  /** The servers that are skipped now. */
  leftOut(): readonly number[]
}

const firstMs = 5_000
const mostMs = 60_000

interface State {
  failures: number
  outUntil: number
  /** One call is testing whether it works again. */
  isTried: boolean
}

/** Creates the list; all servers count as working. */
export function createServers(count: number, clock: Clock = steadyClock): Servers {
  const all: State[] = Array.from({ length: count }, () => ({ failures: 0, outUntil: 0, isTried: false }))
  let turn = 0

  const leaveOut = (server: State) => {
    server.outUntil = clock() + Math.min(firstMs * 2 ** (server.failures - 1), mostMs)
  }

  /** From the server whose turn it is: the first that is not skipped, else the one whose time ends first. */
  const best = (now: number, not: number | undefined): number => {
    let found = not ?? 0
    let soonest = Number.POSITIVE_INFINITY
    for (let step = 1; step <= count; step += 1) {
      const place = (turn + step) % count
      const outUntil = all[place]?.outUntil ?? 0
      if (place === not && count > 1) continue
      if (outUntil <= now) return place
      if (outUntil < soonest) {
        soonest = outUntil
        found = place
      }
    }
    return found
  }

  return {
    pick(not) {
      if (count === 1) return 0
      const now = clock()
      const isOut = (place: number) => (all[place]?.outUntil ?? 0) > now
      let place = best(now, not)
      // A retry uses another server, unless that one is known to fail and the original is not.
      if (not !== undefined && isOut(place) && !isOut(not)) place = not
      turn = place
      const server = all[place]
      if (server !== undefined && server.failures > 0 && !isOut(place)) {
        server.isTried = true
        leaveOut(server)
      }
      return place
    },
    succeeded(place) {
      const server = all[place]
      if (server === undefined || server.failures === 0) return
      server.failures = 0
      server.outUntil = 0
      server.isTried = false
    },
    failed(place) {
      const server = all[place]
      // Concurrent failures count as one.
      if (server === undefined || (server.failures > 0 && !server.isTried)) return
      server.failures += 1
      server.isTried = false
      leaveOut(server)
    },
    leftOut() {
      const now = clock()
      return all.flatMap((server, place) => (server.outUntil > now ? [place] : []))
    },
  }
}
