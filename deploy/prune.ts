/**
 * Takes out of installed packages what no program runs: source maps, types and sources of TypeScript, tests, examples, documentation. Licences
 * stay. `node deploy/prune.ts node_modules` says how much it was; an image's build calls it (deploy/Containerfile).
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

/** Whether a file or a folder of a package, by its path below node_modules, is only for development. */
export function isOfDevelopment(path: string): boolean {
  const name = basename(path).toLowerCase()
  if (/^(licen[cs]e|copying|notice)/.test(name)) return false
  // Except what npm itself keeps there.
  if (name.startsWith('.')) return !/^\.(bin|package-lock\.json)$/.test(name)
  if (/\.(map|tsx?|mts|cts|flow|tsbuildinfo|markdown|md)$/.test(name)) return true
  // Deeper down, a folder with such a name may hold code.
  return isOfPackage(dirname(path)) && /^(tests?|__tests__|bench(mark)?s?|examples?|docs?|coverage)$/.test(name)
}

// `pg`, `@fastify/helmet`, `a/node_modules/b`
function isOfPackage(folder: string): boolean {
  const [own = ''] = folder.split(`node_modules${sep}`).slice(-1)
  const parts = own.split(sep)
  return own !== '.' && parts.length === (own.startsWith('@') ? 2 : 1)
}

/** Takes it out of a folder `node_modules`; answers with the bytes. */
export function prune(folder: string, path = '.'): number {
  let bytes = 0
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (isOfDevelopment(inner)) {
      bytes += sizeOf(join(folder, inner))
      rmSync(join(folder, inner), { recursive: true })
    } else if (entry.isDirectory()) bytes += prune(folder, inner)
  }
  return bytes
}

function sizeOf(path: string): number {
  const { size } = lstatSync(path)
  if (!lstatSync(path).isDirectory()) return size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) throw new Error('usage: node deploy/prune.ts node_modules')
  process.stdout.write(`${(prune(folder) / 1e6).toFixed(1)} MB taken out of ${folder}\n`)
}
