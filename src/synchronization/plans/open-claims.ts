/** Whether a run `r` holds subjects: its batches are a few, and a batch that is done holds nobody though it names them. */
export const HAS_OPEN_CLAIMS = `exists (select from zvirka.claims c where c.run_id = r.id)`
