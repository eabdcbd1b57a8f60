/** The files allowed in the image, by their paths below /app. */

/** The parts of the program. */
const TOPS = new Set(['LICENSE', 'bin', 'migrations', 'node_modules', 'package.json', 'src', 'web'])

/** The paths that should not be there, and why. */
export function problemsIn(paths: readonly string[], packages: readonly string[]): string[] {
  return paths.flatMap((path) => problemOf(path, packages) ?? [])
}

function problemOf(path: string, packages: readonly string[]): string | undefined {
  const [top = ''] = path.split('/')
  if (!TOPS.has(top)) return `${path}: not of the program`
  if (top === 'web' && !path.startsWith('web/dist/')) return `${path}: the page as it is written`
  if (/\.map$/.test(path)) return `${path}: a source map`
  if (/(^|\/)\.(env|git|npmrc|DS_Store)/.test(path)) return `${path}: of somebody's machine`
  if (top !== 'node_modules') return /\.test\.ts$/.test(path) ? `${path}: a test` : undefined
  const [, inner = ''] = /^node_modules\/(.*)$/.exec(path) ?? []
  // Files of npm's own.
  if (inner.startsWith('.'))
    return inner === '.package-lock.json' || inner.startsWith('.bin/') ? undefined : `${path}: hidden`
  if (!packages.some((each) => path.startsWith(`${each}/`))) return `${path}: of no package of production`
  return /^(@[^/]+\/)?[^/]+\/(tests?|__tests__|examples?|docs?|bench(mark)?s?)\//.test(inner)
    ? `${path}: a package's own tests or documentation`
    : undefined
}
