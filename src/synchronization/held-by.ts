/** Who paused a run, or ended it early: a user, the guard, or a fault. */
export const HOLDERS = ['user', 'guard', 'fault'] as const
export type RunHolder = (typeof HOLDERS)[number]
