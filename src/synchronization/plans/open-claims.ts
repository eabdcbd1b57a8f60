/** Whether a run `r` holds subjects. It has few batches, and a finished batch holds nobody although it still lists them. */
export const HAS_OPEN_CLAIMS = `exists (select from zvirka.claims c where c.run_id = r.id)`
