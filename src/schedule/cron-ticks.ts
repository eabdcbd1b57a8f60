import { Cron } from 'croner'

const DAY_MILLISECONDS = 86_400_000

/**
 * The ticks of a cron expression in a time zone. croner parses the expression and lists its local times; which instant each of them is, is
 * decided here, because croner's results around clock changes depend on how an expression is written. Each local time is one tick: in a
 * repeated hour the first occurrence counts, and a tick in a skipped hour is due the moment the clocks go forward. So local times and ticks
 * have the same order.
 */
export class CronTicks {
  // Reads local times as if they were UTC, which has no clock changes.
  readonly #walls: Cron
  readonly #fields: Intl.DateTimeFormat

  constructor(expression: string, timeZone: string) {
    this.#walls = new Cron(expression, { mode: '5-part', timezone: 'UTC', paused: true })
    this.#fields = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
  }

  /** The last tick at or before an instant. */
  last(now: Date): Date | undefined {
    const at = now.getTime()
    const offset = this.#offset(at)
    // Clocks that were just set back have shown later local times than now.
    const latest = at + Math.max(offset, this.#offset(at - DAY_MILLISECONDS))
    for (let wall = this.#wallUntil(latest); wall !== undefined; wall = this.#wallUntil(wall - 1)) {
      const tick = this.#instant(wall)
      if (tick <= at) return new Date(tick)
    }
    return undefined
  }

  /** The first tick after an instant. */
  next(after: Date): Date | undefined {
    const from = after.getTime()
    for (let wall = this.#wallAfter(from + this.#offset(from)); wall !== undefined; wall = this.#wallAfter(wall)) {
      const tick = this.#instant(wall)
      if (tick > from) return new Date(tick)
    }
    return undefined
  }

  #wallUntil(wall: number): number | undefined {
    // croner returns times before the given second.
    return this.#walls.previousRuns(1, new Date(Math.floor(wall / 1000) * 1000 + 1000))[0]?.getTime()
  }

  #wallAfter(wall: number): number | undefined {
    return this.#walls.nextRun(new Date(wall))?.getTime()
  }

  /** The offset from UTC at an instant. */
  #offset(instant: number): number {
    const seconds = Math.floor(instant / 1000) * 1000
    const parts = new Map(this.#fields.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]))
    const field = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
    const wall = Date.UTC(
      ...([field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second')] as const),
    )
    return wall - seconds
  }

  /** The first instant with a local time; for a skipped one, the moment of the change. */
  #instant(wall: number): number {
    const before = wall - this.#offset(wall - DAY_MILLISECONDS)
    if (this.#shows(before, wall)) return before
    const after = wall - this.#offset(wall + DAY_MILLISECONDS)
    return this.#shows(after, wall) ? after : this.#change(after, before)
  }

  #shows(instant: number, wall: number): boolean {
    return instant + this.#offset(instant) === wall
  }

  /** The instant of a clock change between two instants. */
  #change(from: number, until: number): number {
    const offset = this.#offset(until)
    let [old, changed] = [from, until]
    while (changed - old > 1) {
      const middle = Math.floor((old + changed) / 2)
      if (this.#offset(middle) === offset) changed = middle
      else old = middle
    }
    return changed
  }
}
