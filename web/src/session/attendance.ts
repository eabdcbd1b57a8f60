/** Whether somebody is at the page: a session ends after a period without user activity, although the page keeps polling. */

const UNATTENDED_MILLISECONDS = 60_000

let lastActed = Date.now()

for (const name of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart']) {
  addEventListener(
    name,
    () => {
      lastActed = Date.now()
    },
    { capture: true, passive: true },
  )
}

/** Whether the user has been inactive for a minute. */
export function isUnattended(): boolean {
  return Date.now() - lastActed > UNATTENDED_MILLISECONDS
}
