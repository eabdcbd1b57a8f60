/** Pages in tests use the fonts that come with the browser, whatever the machine has installed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedChromium } from '../support/chromium.ts'

let page: Awaited<ReturnType<typeof open>>
async function open() {
  const context = await (await sharedChromium()).newContext()
  const opened = await context.newPage()
  await opened.setContent('<p id="text">Звірка: Ґава, їжак, 12 345 — ok</p>')
  return { opened, close: () => context.close() }
}
beforeAll(async () => {
  page = await open()
})
afterAll(() => page.close())

test.each(['serif', 'sans-serif', 'system-ui', 'monospace', 'Arial'])('letters of %s are Open Sans', async (family) => {
  const { opened } = page
  await opened.locator('#text').evaluate((node, wanted) => node.setAttribute('style', `font-family: ${wanted}`), family)
  const session = await opened.context().newCDPSession(opened)
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#text' })
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
  await session.detach()
  expect(fonts.map(({ familyName }) => familyName)).toEqual(['Open Sans'])
})
