/** Clicks, as the browser itself counts them. */
import type { Locator, Page } from 'playwright-core'

const COUNTER = `{
  window.zvirkaClicks = 0
  const count = (clicks) => { window.zvirkaClicks += clicks }
  addEventListener('pointerdown', () => count(1), true)
  // A key that presses something is a click by another name; the Enter that ends what is typed belongs to the typing.
  addEventListener('keydown', ({ key, target }) => {
    if ((key === 'Enter' || key === ' ') && !target.matches('input, textarea')) count(1)
  }, true)
  // A list is opened, and something in it chosen.
  addEventListener('change', ({ target }) => { if (target.matches('select')) count(2) }, true)
}`

/**
 * Counts from now on: presses of the pointer anywhere, also those that only put the cursor into a field, and keys that press something.
 * Typing is none. What comes back tells how many there were; it is for one document, so a task that loads the page anew fails.
 */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(COUNTER)
  return async () => {
    const clicks = await page.evaluate<number | null>('window.zvirkaClicks ?? null')
    if (clicks === null) throw new Error('the page was loaded anew')
    return clicks
  }
}

/** Clicks into a field, types, and ends with Enter, as somebody does; filling a field without a click would count nothing. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await field.click()
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}
