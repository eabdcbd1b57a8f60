/** `npm run test:long`: runs the tests that have a long form in that form. Arguments go to vitest, for example `-t 'damaged answers'`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const files: string[] = []
for await (const file of glob('test/**/*.test.ts', { cwd: root })) {
  if ((await readFile(join(root, file), 'utf8')).includes('support/effort.ts')) files.push(file)
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2), ...files.sort()], {
  cwd: root,
  env: { ...process.env, TEST_EFFORT: 'long' },
  stdio: 'inherit',
})
const [code] = (await once(child, 'exit')) as [number | null]
process.exitCode = code ?? 1
