/** Times that matter to users: how long a dead worker keeps its claims, and how long the cluster takes to recover. */
import type { Rule } from './index.ts'
import { merged, overlap } from './words.ts'

/** Spec 2.7 and the promised recovery time: 5 s. */
const PROMISED_MS = 5000
/** Allowance for a busy machine: three workers, two servers and a simulator on two cores, beside other tests. */
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
        // After a time when recovery was impossible, the clock starts again.
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
