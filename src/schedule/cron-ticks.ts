import { Cron } from 'croner'

const DAY_MILLISECONDS = 86_400_000

/**
 * The ticks of a cron expression by the clocks of a time zone. croner reads the expression and lists the wall times that it names; which
 * instant each of them is, is decided here, since croner's answers where clocks change depend on how an expression is written. Each wall time
 * is one tick: in an hour that comes twice the first time counts, and what lies in an hour that is skipped is due the moment the clocks have
 * been put forward. So wall times and ticks have the same order.
 */
export class CronTicks {
  // Reads wall times as if they were times in UTC, where no clock changes.
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

  /** The last tick at an instant or before. */
  last(now: Date): Date | undefined {
    const at = now.getTime()
    const offset = this.#offset(at)
    // Clocks that were put back a moment ago have shown later wall times than they do now.
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
    // What croner gives lies before the second it is given.
    return this.#walls.previousRuns(1, new Date(Math.floor(wall / 1000) * 1000 + 1000))[0]?.getTime()
  }

  #wallAfter(wall: number): number | undefined {
    return this.#walls.nextRun(new Date(wall))?.getTime()
  }

  /** What the clocks are ahead of UTC at an instant. */
  #offset(instant: number): number {
    const seconds = Math.floor(instant / 1000) * 1000
    const parts = new Map(this.#fields.formatToParts(seconds).map(({ type, value }) => [type, Number(value)]))
    const field = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
    const wall = Date.UTC(
      ...([field('year'), field('month') - 1, field('day'), field('hour'), field('minute'), field('second')] as const),
    )
    return wall - seconds
  }

  /** When the clocks show a wall time first; of one that they skip, when they have skipped it. */
  #instant(wall: number): number {
    const before = wall - this.#offset(wall - DAY_MILLISECONDS)
    if (this.#shows(before, wall)) return before
    const after = wall - this.#offset(wall + DAY_MILLISECONDS)
    return this.#shows(after, wall) ? after : this.#change(after, before)
  }

  #shows(instant: number, wall: number): boolean {
    return instant + this.#offset(instant) === wall
  }

  /** The instant between two at which the clocks change. */
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
