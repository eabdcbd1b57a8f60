/** Unknown fields of acts of death: each name is logged once per worker (spec 8.4.2). */
import type { Log } from '../observability/log.ts'

const NAME = /^[A-Za-z_][\w.-]{0,63}$/
const MOST = 50

/** Creates a function that receives the names of such fields with every answer, and logs new ones. */
export function unreadFields(log: Pick<Log, 'warn'>): (names: readonly string[]) => void {
  const seen = new Set<string>()
  return (names) => {
    // Names come from outside: one that does not look like a name is not repeated.
    const fresh = new Set(names.map((name) => (NAME.test(name) ? name : 'Other')).filter((name) => !seen.has(name)))
    if (fresh.size === 0 || seen.size + fresh.size > MOST) return
    for (const name of fresh) seen.add(name)
    const counts = Object.fromEntries([...fresh].map((name) => [name, 1]))
    log.warn({ service: 'GetDeathArByFullNameAndBirthDate', counts }, 'acts of death have fields that are not read')
  }
}
