/** Times: a moment in Kyiv, and the relative time, which updates itself. */
import { useSyncExternalStore } from 'react'
import { store } from '../app/store.ts'
import { useFormat } from '../i18n/format.ts'

const TICK_MILLISECONDS = 1000
const clock = store(new Date())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

// One clock for the whole page; it stops while the tab is hidden or nothing uses it.
function watchClock(listener: () => void): () => void {
  const unwatch = clock.watch(listener)
  watchers += 1
  timer ??= setInterval(() => {
    if (document.visibilityState === 'visible') clock.set(new Date())
  }, TICK_MILLISECONDS)
  return () => {
    unwatch()
    watchers -= 1
    if (watchers > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The current time; the component is rendered again every second. */
export function useNow(): Date {
  return useSyncExternalStore(watchClock, clock.get)
}

/** A moment: `21.11.2026, 17:55:02`. The time zone is in the page's footer and in the tooltip. */
export function Moment({ at, isTimeOnly = false }: { readonly at: string; readonly isTimeOnly?: boolean }) {
  const format = useFormat()
  const whole = `${format.dateTime(at)} (${format.zone(at)})`
  return (
    <time dateTime={at} title={whole} className="numbers">
      {isTimeOnly ? format.time(at) : format.dateTime(at)}
    </time>
  )
}

/** The relative time of a past or future moment. */
export function Ago({ at }: { readonly at: string }) {
  const format = useFormat()
  const now = useNow()
  return (
    <time dateTime={at} title={`${format.dateTime(at)} (${format.zone(at)})`} className="numbers">
      {format.relative(at, now)}
    </time>
  )
}
