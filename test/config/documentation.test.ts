import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { declaration } from '../../src/config/declaration.ts'
import { settingsTables } from '../../src/config/documentation.ts'
import { settingsOf } from '../../src/config/setting.ts'

test('the document describes every setting once', () => {
  for (const { name } of settingsOf(declaration)) {
    expect(settingsTables().split(`| \`${name}\` |`).length, name).toBe(2)
  }
})

test('docs/configuration.md names every setting with the code’s default', () => {
  const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  const marker = document.indexOf('<!-- settings:')
  const tables = document.slice(document.indexOf('\n\n', marker) + 2)
  expect(tables.trim()).toBe(settingsTables().trim())
})
