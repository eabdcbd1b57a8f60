/**
 * `npm run archive -- [--out dist]`: packs what an installation without containers unpacks, as `zvirka-VERSION.tar.gz`: the program with the admin page
 * built, what deploys it and its documents; no demo, no simulator, no tests. Its packages are installed there, by the lock file.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const CONTENTS = [
  ...['package.json', 'package-lock.json', 'LICENSE', 'README.md', 'README.uk.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...['bin', 'deploy', 'docs', 'migrations', 'src'],
]

const top = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
const { out } = parseArgs({ options: { out: { type: 'string', default: join(top, 'dist') } } }).values
const scratch = mkdtempSync(join(tmpdir(), 'zvirka-archive-'))
try {
  const name = `zvirka-${version}`
  const folder = join(scratch, name)
  // Its last line is the folder of the page.
  const page =
    execFileSync(process.execPath, [join(top, 'web/build.ts')], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1) ?? ''
  for (const path of CONTENTS) cpSync(join(top, path), join(folder, path), { recursive: true, verbatimSymlinks: true })
  cpSync(page, join(folder, 'web/dist', basename(page)), { recursive: true })
  mkdirSync(out, { recursive: true })
  const file = join(resolve(out), `${name}.tar.gz`)
  execFileSync('tar', ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '-czf', file, '-C', scratch, name])
  process.stdout.write(`${file}\n`)
} finally {
  rmSync(scratch, { recursive: true })
}
