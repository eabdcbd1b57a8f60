/** A real browser for tests of pages, from npm alone. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** Starts Chromium; the package unpacks its libraries where it thinks that it runs in that cloud. */
export async function startBrowser(): Promise<Browser> {
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x'
  const { default: binary } = await import('@sparticuz/chromium')
  return chromium.launch({ args: binary.args, executablePath: await binary.executablePath(), headless: true })
}

/** What a page lacks of WCAG 2.2 AA, by rule and element; nothing where all is well. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}
