/** Every exported name is used by another file: what only its own file uses is not exported, and what nobody uses is not there. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../support/imports.ts'
import { DECLARED } from './declared.ts'

const OWN = /^(?:src|simulator|demo|web\/src)\//

/** The words of each source, of which the names that it uses are a part. */
const words = new Map(
  ['src', 'simulator', 'demo', 'web', 'bench', 'test', 'deploy', 'docs']
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: repository }))
    .filter((file) => !file.includes('node_modules'))
    .map((file) => [file, readFileSync(join(repository, file), 'utf8')] as const)
    .map(([file, text]) => [file, { text, names: new Set(text.match(/\w+/g)) }] as const),
)

/** In how many files each word stands. */
const files = new Map<string, number>()
for (const { names } of words.values()) for (const name of names) files.set(name, (files.get(name) ?? 0) + 1)

test('each exported name is used by another file', () => {
  const exported = [...words].flatMap(([file, { text }]) =>
    OWN.test(file) ? [...text.matchAll(DECLARED)].map(([, name = '']) => ({ file, name })) : [],
  )
  expect(exported.length).toBeGreaterThan(1000)
  expect(exported.filter(({ name }) => files.get(name) === 1)).toEqual([])
})
