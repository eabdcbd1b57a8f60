import { XmlDocument } from 'libxml2-wasm'
import { expect, test } from 'vitest'
import { drawTerminals } from '../../docs/pictures/terminal.ts'
import { readDocument } from './markdown.ts'

const svg = { svg: 'http://www.w3.org/2000/svg' }

/** What a reader sees of a picture, line by line. */
function linesIn(picture: string): string[] {
  using document = XmlDocument.fromString(picture)
  return document.find('//svg:text', svg).map((text) => text.content.replaceAll('\u00a0', ' '))
}

test('a picture shows each line as the terminal did, including spaces and XML characters', () => {
  const lines = ['$ zvirka status', '  <due>   3 & more', 'NOT VERIFIED', '']
  expect(linesIn(drawTerminals([{ title: 'beside it', lines }]))).toEqual(['beside it', ...lines])
})

test('a picture colours only whole words', () => {
  const picture = drawTerminals([{ title: '', lines: ['verified unverified verifieds'] }])
  expect(picture.match(/<tspan/g)).toHaveLength(1)
})

test('the README’s picture shows a successful run', () => {
  const shown = linesIn(readDocument('docs/pictures/start.svg').text).join('\n')
  expect(shown).toMatch(/dms_passport\/person: [\d,]+ checked in/)
  expect(shown).toContain('npx zvirka status')
  expect(shown).not.toMatch(/error|failed|at .*\.ts:/)
})
