/** A clock in milliseconds; tests pass their own. */
export type Clock = () => number

/** Epoch milliseconds that never jump: the wall clock at process start plus the monotonic clock. */
export const steadyClock: Clock = () => performance.timeOrigin + performance.now()
