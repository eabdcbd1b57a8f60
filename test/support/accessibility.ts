/** What the accessibility checker says of a page; the same rules for every page that the program has. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** WCAG 2.2 A and AA, and what the checker's makers advise besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** The rules whose outcome depends on theme and width. */
const OF_LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']

/** What a page lacks, by rule, element and why; nothing where all is well. */
export async function accessibilityProblems(page: Page, { onlyLooks = false } = {}): Promise<string[]> {
  const builder = new AxeBuilder({ page })
    // There are no frames, for which the other mode opens a page of its own; and only what is wrong is told.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
  const { violations } = await (onlyLooks ? builder.withRules(OF_LOOKS) : builder.withTags(RULES)).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, failureSummary }) => `${id}: ${target} ${html} ${failureSummary}`),
  )
}
