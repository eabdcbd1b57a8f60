/** Who holds a run, or ended it before its end: a user, the guard, or a fault. */
export const HOLDERS = ['user', 'guard', 'fault'] as const
export type Holder = (typeof HOLDERS)[number]
