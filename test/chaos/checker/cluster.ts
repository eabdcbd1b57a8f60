/** Times that matter to users: how long a dead worker's claims stay with it, how long the cluster takes to come back. */
import type { Rule } from './index.ts'
import { merged, overlap } from './words.ts'

/** Spec 2.7 and the promise of a return: 5 s. */
const PROMISED_MS = 5000
/** What a busy machine may take besides: three workers, two servers and a simulator on two cores, beside other tests. */
const MARGIN_MS = 10_000

export const clusterRules: readonly Rule[] = [
  {
    name: "a dead worker's claims are with others within lease + 5 s",
    find({ workers, journal }) {
      const excused = merged([...journal.databaseAway, ...journal.machineBusy, ...journal.nobodyWell])
      return workers.flatMap(({ id, leaseUntil, endedAt }) => {
        if (endedAt === null) return [`worker ${id} was never ended`]
        const late = endedAt - leaseUntil
        if (late <= PROMISED_MS + MARGIN_MS) return []
        // After a time when nobody could, the clock starts again.
        const away = overlap(excused, leaseUntil, endedAt)
        const allowed = PROMISED_MS + MARGIN_MS + away + (away > 0 ? PROMISED_MS : 0)
        return late > allowed ? [`worker ${id}: ${Math.round(late)} ms after its lease was out`] : []
      })
    },
  },
  {
    name: "after the database's return every worker is at work within 5 s",
    find: ({ journal }) =>
      journal.returns
        .filter(({ milliseconds }) => milliseconds === undefined || milliseconds > PROMISED_MS + MARGIN_MS)
        .map(({ pid, milliseconds }) =>
          milliseconds === undefined ? `process ${pid} was not seen again` : `process ${pid} took ${milliseconds} ms`,
        ),
  },
]
