/** Abort signals of an operation; any one of them cancels it. */
export type Signals = readonly (AbortSignal | undefined)[]

/** Whether one of the signals is already aborted. */
export function isAborted(signals: Signals): boolean {
  return signals.some((signal) => signal?.aborted === true)
}

/** Calls `listener` when one of the signals is aborted. Returns a function that unsubscribes. */
export function onAbort(signals: Signals, listener: () => void): () => void {
  for (const signal of signals) signal?.addEventListener('abort', listener)
  return () => {
    for (const signal of signals) signal?.removeEventListener('abort', listener)
  }
}

/** Sleeps; returns false early if one of the signals is aborted. */
export function sleep(milliseconds: number, signals: Signals): Promise<boolean> {
  if (isAborted(signals)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const end = (isOver: boolean) => {
      clearTimeout(timer)
      forget()
      resolve(isOver)
    }
    const timer = setTimeout(end, milliseconds, true)
    const forget = onAbort(signals, () => end(false))
  })
}
