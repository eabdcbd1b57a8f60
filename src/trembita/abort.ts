/** The signals on which something is given up: any of them will do. */
export type Signals = readonly (AbortSignal | undefined)[]

/** Whether one of them was aborted already. */
export function isAborted(signals: Signals): boolean {
  return signals.some((signal) => signal?.aborted === true)
}

/** Calls `listener` when one of them is aborted; the function that comes back ends that. */
export function onAbort(signals: Signals, listener: () => void): () => void {
  for (const signal of signals) signal?.addEventListener('abort', listener)
  return () => {
    for (const signal of signals) signal?.removeEventListener('abort', listener)
  }
}

/** Waits; false as soon as one of the signals is aborted. */
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
