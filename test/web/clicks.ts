/** Clicks, as the browser counts them. */
import type { Locator, Page } from 'playwright-core'

const COUNTER = `{
  window.zvirkaClicks = 0
  const count = (clicks) => { window.zvirkaClicks += clicks }
  addEventListener('pointerdown', () => count(1), true)
  // A key that activates something counts as a click; Enter at the end of typing belongs to the typing.
  addEventListener('keydown', ({ key, target }) => {
    if ((key === 'Enter' || key === ' ') && !target.matches('input, textarea')) count(1)
  }, true)
  // Opening a list, and choosing from it.
  addEventListener('change', ({ target }) => { if (target.matches('select')) count(2) }, true)
}`

/**
 * Counts from now on: pointer presses anywhere, even those that only focus a field, and keys that activate something. Typing does not
 * count. Returns a function that reads the count; it covers one document, so a task that reloads the page fails.
 */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(COUNTER)
  return async () => {
    const clicks = await page.evaluate<number | null>('window.zvirkaClicks ?? null')
    if (clicks === null) throw new Error('the page was reloaded')
    return clicks
  }
}

/** Clicks into a field, types, and presses Enter, as a user does; filling a field without a click would count nothing. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await field.click()
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}
