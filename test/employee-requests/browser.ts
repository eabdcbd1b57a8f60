/** A real browser for tests of pages, from npm alone. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** Starts Chromium; the package unpacks its libraries where it thinks that it runs in that cloud. */
export async function startBrowser(): Promise<Browser> {
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x'
  const { default: binary } = await import('@sparticuz/chromium')
  // In one process the browser ends with the first window that is closed.
  const args = binary.args.filter((each) => each !== '--single-process')
  return chromium.launch({ args, executablePath: await binary.executablePath(), headless: true })
}

/** The rules whose outcome depends on theme and width. */
const OF_LOOKS = ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']

/** What a page lacks of WCAG 2.2 AA, by rule and element; nothing where all is well. */
export async function accessibilityViolations(page: Page, { onlyLooks = false } = {}): Promise<string[]> {
  const builder = new AxeBuilder({ page })
  const { violations } = await (onlyLooks ? builder.withRules(OF_LOOKS) : builder).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
