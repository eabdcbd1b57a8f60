/** Renders the chart of deploy/helm, as `helm template` does. */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { parseAllDocuments } from 'yaml'
import { repository } from '../support/imports.ts'
import { items, words } from './files.ts'
import { at, type Yaml } from './yaml.ts'

const run = promisify(execFile)
const chart = join(repository, 'deploy/helm/zvirka')
const exampleValues = join(chart, 'examples/cloudnative-pg.values.yaml')

/** Values that override the chart's defaults. */
export type Values = Readonly<Record<string, unknown>>

/** A Kubernetes object: as it is, and with every scalar as text. */
export interface Manifest {
  readonly kind: string
  readonly name: string
  readonly json: unknown
  readonly yaml: Yaml
}

/** A working helm. */
export interface Helm {
  /** The manifests of the example, with values that override it. */
  readonly render: (values?: Values) => Promise<Manifest[]>
  /** The manifests with these values, without the example. */
  readonly renderBare: (values: Values) => Promise<Manifest[]>
  readonly lint: () => Promise<string>
  readonly remove: () => void
}

/** The helm named by HELM, or the one that npm provides for Linux on x64; undefined without either. */
export function findHelm(): Helm | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'zvirka-helm-'))
  const program = process.env['HELM'] ?? unpack(folder)
  if (program === undefined) {
    rmSync(folder, { recursive: true })
    return undefined
  }
  const helm = (...args: string[]) =>
    run(program, args, { maxBuffer: 10_000_000, env: { PATH: process.env['PATH'] ?? '', HOME: folder } })
  let renders = 0
  const template = async (values: Values, ...more: string[]) => {
    const file = join(folder, `values-${renders++}.json`)
    writeFileSync(file, JSON.stringify(values))
    const { stdout } = await helm('template', 'zvirka', chart, '--kube-version', '1.33.0', ...more, '-f', file)
    return manifestsOf(stdout)
  }
  return {
    render: (values = {}) => template(values, '-f', exampleValues),
    renderBare: (values) => template(values),
    lint: async () => (await helm('lint', '--strict', chart, '-f', exampleValues)).stdout,
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** An AWS package contains helm in a zip, for systems without a package manager. */
function unpack(folder: string): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const zip = join(createRequire(import.meta.url).resolve('@aws-cdk/asset-kubectl-v20'), '../layer.zip')
  if (!existsSync(zip)) return undefined
  const { 'helm/helm': bytes } = unzipSync(readFileSync(zip), { filter: ({ name }) => name === 'helm/helm' })
  if (bytes === undefined) return undefined
  const program = join(folder, 'helm')
  writeFileSync(program, bytes)
  chmodSync(program, 0o700)
  return program
}

function manifestsOf(text: string): Manifest[] {
  // Kubernetes reads YAML 1.1, where `on` is true and 010 is eight.
  const jsons = parseAllDocuments(text, { version: '1.1' })
  const yamls = parseAllDocuments(text, { schema: 'failsafe' })
  return jsons.flatMap((document, index): Manifest[] => {
    if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join('\n'))
    const yaml: Yaml | undefined = yamls[index]?.toJS() ?? undefined
    if (yaml === undefined) return []
    return [{ kind: words(yaml, 'kind'), name: words(yaml, 'metadata', 'name'), json: document.toJS(), yaml }]
  })
}

/** The manifests of a kind. */
export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((each) => each.kind === kind)
}

/** A pod of a manifest: which part of the program it runs, its spec, its labels and its only container. */
export interface Pod {
  readonly component: string
  readonly spec: Yaml | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly container: Yaml | undefined
  /** The environment without what comes from a Secret. */
  readonly environment: readonly (readonly [name: string, value: string])[]
  /** The Secrets that it reads, as files or otherwise. */
  readonly secrets: readonly string[]
}

/** The pods of manifests. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests.flatMap(({ yaml }): Pod[] => {
    const spec = at(yaml, 'spec', 'template', 'spec')
    if (spec === undefined) return []
    const [container, ...more] = items(at(spec, 'containers'))
    if (more.length > 0) throw new Error('a pod with more than one container')
    const environment = items(at(container, 'env'))
    const files = items(at(spec, 'volumes')).flatMap((volume) => items(at(volume, 'projected', 'sources')))
    const labels = stringsOf(at(yaml, 'spec', 'template', 'metadata', 'labels'))
    return [
      {
        component: labels['app.kubernetes.io/component'] ?? '',
        spec,
        labels,
        container,
        environment: environment.flatMap((each) => {
          const value = at(each, 'value')
          return value === undefined ? [] : [[words(each, 'name'), words(each, 'value')] as const]
        }),
        secrets: [
          ...files.map((each) => words(each, 'secret', 'name')),
          ...environment.map((each) => words(each, 'valueFrom', 'secretKeyRef', 'name')),
        ].filter((name) => name !== ''),
      },
    ]
  })
}

/** A map of texts. */
export function stringsOf(value: Yaml | undefined): Record<string, string> {
  return Object.fromEntries(Object.keys(Object(value)).map((key) => [key, words(value, key)]))
}

/** Whether labels match a selector that is not empty. */
export function selects(selector: Yaml | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(stringsOf(selector))
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
