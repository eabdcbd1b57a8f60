/** Times: the moment in Kyiv, and how long ago it was, which goes on by itself. */
import { useSyncExternalStore } from 'react'
import { store } from '../app/store.ts'
import { useFormat } from '../i18n/format.ts'

const TICK_MILLISECONDS = 1000
const clock = store(new Date())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

// One clock for all of the page, which stands still while the tab is hidden or nobody looks at it.
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

/** The time now, and a new drawing every second. */
export function useNow(): Date {
  return useSyncExternalStore(watchClock, clock.get)
}

/** A moment: `21.11.2026, 17:55:02`; its zone is in the footer of the page and here for who asks. */
export function Moment({ at, isTimeOnly = false }: { readonly at: string; readonly isTimeOnly?: boolean }) {
  const format = useFormat()
  const whole = `${format.dateTime(at)} (${format.zone(at)})`
  return (
    <time dateTime={at} title={whole} className="numbers">
      {isTimeOnly ? format.time(at) : format.dateTime(at)}
    </time>
  )
}

/** How long ago a moment was, or in how long it will be. */
export function Ago({ at }: { readonly at: string }) {
  const format = useFormat()
  const now = useNow()
  return (
    <time dateTime={at} title={`${format.dateTime(at)} (${format.zone(at)})`} className="numbers">
      {format.relative(at, now)}
    </time>
  )
}
