/** SQL is data: statements stand in `plans/`, as values and functions that need no database. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'
import { repository } from '../support/imports.ts'

/** Where statements stand elsewhere, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'src/database/': 'connections, transactions, roles and migrations are about SQL',
  'src/listing/': 'builds the statements of every list',
  'src/verification-store/': 'parts of statements that the plans of others share',
  'src/doctor/': 'looks at a database that may be broken, on a connection of its own',
  'src/jobs/listen.ts': 'keeps a connection that listens',
  'src/records/superseded.ts': 'a temporary table of a session of its own',
  'src/registries/rate-limit.ts': 'the one statement of a room without a store',
  'src/cli/demo-database.ts': 'the one statement of a command',
}
const STATEMENT =
  /^\s*\(?(?:select (?:[a-z(]|$)|insert into |update \w+\.|delete from |with \w+ as |lock table |set local |create (?:temp )?table |explain \(|listen |begin$|truncate )/

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function* textsOf(node: Node): Generator<string> {
  if (node.type === 'Literal' && typeof node['value'] === 'string') yield node['value']
  if (node.type === 'TemplateElement') yield (node['value'] as { readonly raw: string }).raw
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) yield* textsOf(each)
  }
}

function statementsIn(path: string): string[] {
  const source = readFileSync(join(repository, path), 'utf8')
  return [...textsOf(parseSync(path, source).program as unknown as Node)].filter((text) => STATEMENT.test(text))
}

test('statements stand in plans/, with few exceptions', () => {
  const files = globSync('src/**/*.ts', { cwd: repository }).toSorted()
  const found = files.filter((path) => statementsIn(path).length > 0)
  const [plans, others] = [
    found.filter((path) => path.includes('/plans/')),
    found.filter((path) => !path.includes('/plans/')),
  ]
  const isExcepted = (path: string) => Object.keys(ELSEWHERE).some((place) => path.startsWith(place))
  expect(others.filter((path) => !isExcepted(path))).toEqual([])
  expect(Object.keys(ELSEWHERE).filter((place) => !others.some((path) => path.startsWith(place)))).toEqual([])
  expect(plans.length).toBeGreaterThan(40)
})
