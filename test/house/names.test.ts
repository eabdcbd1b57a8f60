/** Exported names are unambiguous: within a program no two files declare the same. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/imports.ts'
import { DECLARED } from './declared.ts'

function declaredTwice(...folders: string[]): Record<string, string[]> {
  const files = new Map<string, Set<string>>()
  for (const file of globSync(
    folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
    { cwd: repository },
  )) {
    for (const [, name = ''] of readFileSync(join(repository, file), 'utf8').matchAll(DECLARED))
      files.set(name, (files.get(name) ?? new Set()).add(file))
  }
  expect(files.size).toBeGreaterThan(100)
  return Object.fromEntries([...files].filter(([, of]) => of.size > 1).map(([name, of]) => [name, [...of].toSorted()]))
}

test('the program, the simulator and the demo declare each exported name once', () => {
  expect(declaredTwice('src', 'simulator', 'demo')).toEqual({})
})

test('the page declares each exported name once', () => {
  expect(declaredTwice('web/src')).toEqual({})
})
