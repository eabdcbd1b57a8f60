/** A clock in milliseconds. Tests bring their own. */
export type Clock = () => number

/** Milliseconds since 1970 that never jump: the wall clock as it was at the start of the process, carried on by the monotonic one. */
export const steadyClock: Clock = () => performance.timeOrigin + performance.now()
