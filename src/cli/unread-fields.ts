/** What acts of death have besides the fields that we read: said by name, once in the life of a worker (spec 8.4.2). */
import type { Log } from '../observability/log.ts'

const NAME = /^[A-Za-z_][\w.-]{0,63}$/
const MOST = 50

/** A function that is told the names of such fields, whenever an answer has some, and logs those that are new. */
export function unreadFields(log: Pick<Log, 'warn'>): (names: readonly string[]) => void {
  const seen = new Set<string>()
  return (names) => {
    // The names come from outside: what does not look like one is not repeated.
    const fresh = new Set(names.map((name) => (NAME.test(name) ? name : 'Other')).filter((name) => !seen.has(name)))
    if (fresh.size === 0 || seen.size + fresh.size > MOST) return
    for (const name of fresh) seen.add(name)
    const counts = Object.fromEntries([...fresh].map((name) => [name, 1]))
    log.warn({ service: 'GetDeathArByFullNameAndBirthDate', counts }, 'acts of death have fields that are not read')
  }
}
