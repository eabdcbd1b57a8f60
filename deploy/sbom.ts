/**
 * Writes down what a production install holds (`npm ci --omit=dev --omit=optional`), as CycloneDX, to standard output: npm's list of all
 * packages without those that the lock file keeps for development or takes for optional. Not `npm sbom --omit`, which also leaves out what
 * production shares with these.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Locked {
  readonly version: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly devOptional?: boolean
}

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
}

const folder = fileURLToPath(new URL('..', import.meta.url))
const read = (name: string) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))
const packages: Readonly<Record<string, Locked>> = read('package-lock.json').packages
const all = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'], {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  }),
)

const installed = new Set(
  Object.entries(packages)
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
)
const components: Component[] = all.components.filter(({ name, version }: Component) =>
  installed.has(`${name}@${version}`),
)
const own: string = all.metadata.component['bom-ref']
const kept = new Set([own, ...components.map((each) => each['bom-ref'])])
const dependencies = all.dependencies
  .filter(({ ref }: { ref: string }) => kept.has(ref))
  .map(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => {
    return { ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }
  })
// npm names it after the folder.
const component = { ...all.metadata.component, name: read('package.json').name }
const metadata = { ...all.metadata, component }
process.stdout.write(`${JSON.stringify({ ...all, metadata, components, dependencies }, null, 2)}\n`)
