/** Whether a run `r` holds claims: one of a run is one of a worker's that joined it, which is how the index finds it. */
export const HAS_OPEN_CLAIMS = `exists (
  select from zvirka.run_workers w join zvirka.claims c on c.worker_id = w.worker_id and c.run_id = w.run_id
   where w.run_id = r.id)`
