/** What the accessibility checker says of a page. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** The rules whose outcome depends on theme and width. */
const OF_LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']

/** What a page lacks of WCAG 2.2 AA, by rule and element; nothing where all is well. */
export async function accessibilityViolations(page: Page, { onlyLooks = false } = {}): Promise<string[]> {
  const builder = new AxeBuilder({ page })
  const { violations } = await (onlyLooks ? builder.withRules(OF_LOOKS) : builder).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
