/** Whether somebody sits before the page: a session ends when nobody has for a while, though the page goes on asking by itself. */

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

/** Whether nobody has done anything for a minute. */
export function isUnattended(): boolean {
  return Date.now() - lastActed > UNATTENDED_MILLISECONDS
}
