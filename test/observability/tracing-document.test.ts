import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventNames, spanNames } from '../../src/observability/tracing.ts'
import { attributeNames } from '../../src/observability/tracing-attributes.ts'

const document = readFileSync(new URL('../../docs/tracing.md', import.meta.url), 'utf8')
const quoted = new Set([...document.matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words))

test('docs/tracing.md names every span, event and attribute', () => {
  expect([...spanNames, ...eventNames, ...attributeNames].filter((name) => !quoted.has(name))).toEqual([])
})

test('docs/tracing.md names no unknown attribute', () => {
  const named = [...quoted].filter((name) => /^(zvirka|error|http)\.[a-z_.]+$/.test(name))
  expect(named.filter((name) => !attributeNames.includes(name))).toEqual([])
})
