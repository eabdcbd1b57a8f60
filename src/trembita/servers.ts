/**
 * Several security servers of one organisation (spec 3.2): calls go round those that work; one that fails is left out, 5 s at first,
 * doubling to a minute, and then tried by one call while the others still pass it by. If all are left out, the one whose time is over
 * first is taken: a call that might succeed is better than none.
 */
import { type Clock, steadyClock } from './clock.ts'

/** The security servers, by their place in the list. */
export interface Servers {
  /** The server for the next attempt, another one than `not` if there is one that is not left out. */
  pick(not?: number): number
  /** The server answered, be it with a fault. */
  succeeded(server: number): void
  /** The server could not be reached, or did not do its part. */
  failed(server: number): void
  /** Which servers are left out at the moment. */
  leftOut(): readonly number[]
}

const firstMs = 5_000
const mostMs = 60_000

interface State {
  failures: number
  outUntil: number
  /** One call is finding out whether it works again. */
  isTried: boolean
}

/** A list of servers of which nothing bad is known yet. */
export function createServers(count: number, clock: Clock = steadyClock): Servers {
  const all: State[] = Array.from({ length: count }, () => ({ failures: 0, outUntil: 0, isTried: false }))
  let turn = 0

  const leaveOut = (server: State) => {
    server.outUntil = clock() + Math.min(firstMs * 2 ** (server.failures - 1), mostMs)
  }

  /** From the one whose turn it is: the first that is not left out, else the one whose time is over first. */
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
      // A retry goes to another server, but not to one that is known to fail while its own is not.
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
      // Calls that fail together found out one thing, not many.
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
