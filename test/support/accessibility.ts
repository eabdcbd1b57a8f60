/** The accessibility checker's report about a page; the same rules for every page of the program. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** WCAG 2.2 A and AA, and the checker's best practices. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The rules whose outcome depends on theme and width. */
const OF_LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']

/** Accessibility problems by rule, element and reason; empty if there are none. */
export async function accessibilityProblems(page: Page, { onlyLooks = false } = {}): Promise<string[]> {
  const builder = new AxeBuilder({ page })
    // There are no frames, for which the other mode opens a separate page; only violations are reported.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
  const { violations } = await (onlyLooks ? builder.withRules(OF_LOOKS) : builder.withTags(RULES)).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => `${id}: ${target} ${html} ${failureSummary}`),
  )
}
