/** No text of the page is untranslated, and none is written directly in a component. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import { ROLES } from '../../src/access/matrix.ts'
import { createSchema } from '../../src/api/graphql/schema.ts'
import { PAGE_SEGMENTS } from '../../src/api/web/page.ts'
import { serviceNames } from '../../src/registries/services.ts'
import { PROCESSES } from '../../src/synchronization/process.ts'
import { repository } from '../support/imports.ts'

const web = join(repository, 'web/src')
const files = (pattern: string) => globSync(pattern, { cwd: web }).toSorted()
/** A module of the page; its types belong to another program than the tests'. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
const load = async (path: string): Promise<any> => import(pathToFileURL(join(web, path)).href)

interface Leaf {
  readonly key: string
  readonly uk: string
  readonly en: string
}

function leaves(uk: unknown, en: unknown, key: string): Leaf[] {
  if (typeof uk === 'object' && uk !== null) {
    return Object.entries(uk).flatMap(([name, text]) => leaves(text, Reflect.get(Object(en), name), `${key}.${name}`))
  }
  return [{ key, uk: saidBy(uk), en: saidBy(en) }]
}

// The words of a text with parameters, in all forms for any number.
function saidBy(text: unknown): string {
  return typeof text === 'function' ? String(text(5, 5, 5, 5)) : String(text)
}

const translated = await Promise.all(
  files('**/{texts,words}.ts')
    .filter((path) => path !== 'i18n/texts.ts')
    .map(async (path) => ({ path, exported: Object.values(await load(path)) as { uk: unknown; en: unknown }[] })),
)

describe('texts', () => {
  test('are found in each part of the page', () => {
    expect(translated.length).toBeGreaterThanOrEqual(6)
    expect(
      translated.flatMap(({ exported }) => exported).every(({ uk, en }) => uk !== undefined && en !== undefined),
    ).toBe(true)
  })

  // Names of languages are in their own.
  const LIKE_THE_OTHER = /\.languages\.|\.clientType\.MIS$/
  const CYRILLIC = /[а-яіїєґ]/i
  // A text that only joins others (`…: …`) is the same in every language.
  const isWords = (text: string) => /\p{L}/u.test(text)

  test.each(translated)('$path has the same texts in Ukrainian and English', ({ exported }) => {
    const all = exported.flatMap(({ uk, en }) => leaves(uk, en, '')).filter(({ key }) => !LIKE_THE_OTHER.test(key))
    expect(all.filter(({ uk }) => isWords(uk) && !CYRILLIC.test(uk)).map(({ key }) => key)).toEqual([])
    expect(
      all.filter(({ en }) => CYRILLIC.test(en) || en.trim() === '' || en === 'undefined').map(({ key }) => key),
    ).toEqual([])
  })

  test('exist for every word of the API that the pages show', async () => {
    const { words } = await load('i18n/words.ts')
    const schema = createSchema()
    const wordsOf = (name: string) => {
      const type = schema.getType(name)
      return type !== undefined && 'getValues' in type ? type.getValues().map((value) => value.name) : []
    }
    const statuses = [...wordsOf('PersonVerificationStatus'), ...wordsOf('CumulativeVerificationStatus')]
    expect(Object.keys(words.uk.status).toSorted()).toEqual([...new Set(statuses)].toSorted())
    expect(Object.keys(words.uk.runState).toSorted()).toEqual(wordsOf('VerificationRunState').toSorted())
    expect(Object.keys(words.uk.process).toSorted()).toEqual([...PROCESSES.keys()].toSorted())
    expect(Object.keys(words.uk.service).toSorted()).toEqual(serviceNames.toSorted())
    const { auditTexts: audit } = await load('pages/audit/texts.ts')
    expect(Object.keys(audit.uk.operations)).toEqual(expect.arrayContaining(serviceNames.map((name) => `call ${name}`)))
  })
})

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** All nodes of a syntax tree. */
function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) yield* nodesOf(each)
  }
}

const SPOKEN = new Set([
  ...['title', 'label', 'alt', 'placeholder', 'aria-label', 'caption', 'header', 'hint', 'lead', 'confirm', 'what'],
])
const LETTERS = /\p{L}{2}/u

/** Texts written directly in a component. */
function textsIn(source: string): string[] {
  const tree = parseSync('component.tsx', source).program as unknown as Node
  return [...nodesOf(tree)].flatMap((node) => {
    if (node.type === 'JSXText') return [String(node['value'])]
    if (node.type !== 'JSXOpeningElement') return []
    const element = (node['name'] as Node)['name']
    return (node['attributes'] as Node[]).flatMap(({ name, value }) => {
      const isSpoken =
        isNode(name) && (SPOKEN.has(String(name['name'])) || (element === 'Fact' && name['name'] === 'name'))
      return isSpoken && isNode(value) && value.type === 'Literal' ? [String(value['value'])] : []
    })
  })
}

describe('components', () => {
  test.each(files('**/*.tsx').map((path) => ({ path })))('$path contains no text', ({ path }) => {
    const found = textsIn(readFileSync(join(web, path), 'utf8')).filter((text) => LETTERS.test(text))
    expect(found).toEqual([])
  })

  test('with their own text would be detected', () => {
    expect(textsIn('const a = <p title="Час">Ще <Fact name="факт"><Icon name="left" /></Fact></p>')).toEqual([
      'Час',
      'Ще ',
      'факт',
    ])
  })
})

describe('the pages of the navigation', () => {
  test('have paths that the server serves as the page, and no others do', async () => {
    const { NAV_PAGES } = await load('app/pages.ts')
    const segments = NAV_PAGES.map(({ path }: { path: string }) => path.split('/')[1]).filter(
      (each: string) => each !== '',
    )
    expect(segments.toSorted()).toEqual(PAGE_SEGMENTS.filter((each) => each !== 'signed-in').toSorted())
  })

  test('each have a role of the NHS with their scopes', async () => {
    const { NAV_PAGES } = await load('app/pages.ts')
    for (const { key, scopes } of NAV_PAGES as { key: string; scopes: string[] }[]) {
      const has = Object.entries(ROLES).filter(
        ([name, given]) =>
          name.startsWith('NHS ') && scopes.every((scope) => (given as readonly string[]).includes(scope)),
      )
      expect(has.length, key).toBeGreaterThan(0)
    }
  })
})
