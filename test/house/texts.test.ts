/** No code compares or parses texts for people: programs compare codes (docs/messages.md). */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import { repository } from '../support/imports.ts'

/** Names of texts for people. A variable named `text` is mostly a file or an answer that must be parsed; a field is not. */
const SAID = ['reason', 'state_reason', 'message', 'note', 'words', 'advice', 'hint', 'means', 'todo', 'errorText']
const SAID_FIELDS = new Set([...SAID, 'text', 'comment'])
const COMPARING = new Set([
  ...['startsWith', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'search'],
  ...['match', 'matchAll', 'replace', 'replaceAll', 'split', 'localeCompare'],
])
/** Calls whose result is still the same text. */
const KEEPING = new Set(['trim', 'toLowerCase', 'toUpperCase', 'toString', 'slice', 'normalize'])
/** Fields named `reason` also hold codes of the platform's dictionaries. */
const CODE = /^[A-Z][A-Z0-9_]*$/
const IN_SQL =
  /\b(?:state_reason|reason|message|note|comment)\b['}"]*(?:::text)?\s*(?:=|<>|!=|~\*?|!~\*?|\b(?:not )?i?like\b|\bsimilar to\b)\s*'(?![A-Z][A-Z_]*')/i

/** Exceptions: how often, and why. */
const ALLOWED: Readonly<Record<string, readonly [count: number, why: string]>> = {
  'simulator/registries/load.ts': [1, 'zod has no words of ours: its own are shortened'],
  'src/api/graphql/errors.ts': [1, 'graphql-js quotes values, which may be personal'],
  'src/api/graphql/server.ts': [1, 'graphql-js suggests names of the schema'],
  'src/api/validate.ts': [1, 'the message of a rule of ours contains a JSON type'],
  'src/audit/reason.ts': [1, 'counts what can be seen'],
  'src/database/database.ts': [1, 'the text of a query is SQL'],
  'src/database/sql-state.ts': [1, 'pg has no code for a connection that was closed'],
  'src/jobs/plans/jobs.ts': [1, 'pg-boss writes no codes'],
  'src/registries/death-acts.ts': [1, 'the text of an element holds base64'],
  'src/synchronization/explain.ts': [1, 'a reason here is a code of the platform'],
  'src/trembita/failures.ts': [1, 'OpenSSL has no code for it'],
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) yield* nodesOf(each)
  }
}

function nameOf(node: unknown): string {
  return isNode(node) && (node.type === 'Identifier' || node.type === 'Literal')
    ? String(node['name'] ?? node['value'])
    : ''
}

/** Whether it is a text for people: by its name, or because it comes from such a field. */
function isSaid(node: unknown, aliases: ReadonlySet<string>): boolean {
  if (!isNode(node)) return false
  switch (node.type) {
    case 'Identifier':
      return aliases.has(nameOf(node))
    case 'MemberExpression':
      return node['computed'] !== true && SAID_FIELDS.has(nameOf(node['property']))
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return isSaid(node['expression'], aliases)
    case 'LogicalExpression':
      return node['operator'] === '??' && isSaid(node['left'], aliases)
    case 'CallExpression': {
      const callee = node['callee'] as Node
      if (callee.type === 'MemberExpression' && KEEPING.has(nameOf(callee['property'])))
        return isSaid(callee['object'], aliases)
      return nameOf(callee) === 'String' && isSaid((node['arguments'] as Node[])[0], aliases)
    }
    default:
      return false
  }
}

/** Variables that hold texts for people, whatever their names. */
function aliasesIn(nodes: readonly Node[]): ReadonlySet<string> {
  const aliases = new Set(SAID)
  for (const node of nodes) {
    if (node.type === 'VariableDeclarator' && isSaid(node['init'], aliases)) aliases.add(nameOf(node['id']))
    if (node.type !== 'Property' || !SAID_FIELDS.has(nameOf(node['key']))) continue
    const value = node['value'] as Node
    const target = value.type === 'AssignmentPattern' ? value['left'] : value
    aliases.add(nameOf(target))
  }
  for (const none of ['', 'text']) aliases.delete(none)
  return aliases
}

function isWords(node: unknown): boolean {
  if (!isNode(node)) return false
  if (node.type === 'TemplateLiteral') return true
  return (
    node.type === 'Literal' && typeof node['value'] === 'string' && node['value'] !== '' && !CODE.test(node['value'])
  )
}

function isCompared(node: Node, aliases: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'BinaryExpression': {
      if (!/^[!=]==?$/.test(String(node['operator']))) return false
      const [left, right] = [node['left'], node['right']]
      return [
        [left, right],
        [right, left],
      ].some(([said, other]) => isSaid(said, aliases) && (isWords(other) || isSaid(other, aliases)))
    }
    case 'SwitchStatement':
      return isSaid(node['discriminant'], aliases) && (node['cases'] as Node[]).some((each) => isWords(each['test']))
    case 'CallExpression': {
      const callee = node['callee'] as Node
      if (callee.type !== 'MemberExpression') return false
      const name = nameOf(callee['property'])
      if (name === 'test' || name === 'exec') return isSaid((node['arguments'] as Node[])[0], aliases)
      return COMPARING.has(name) && isSaid(callee['object'], aliases)
    }
    case 'Literal':
      return typeof node['value'] === 'string' && IN_SQL.test(node['value'])
    case 'TemplateElement':
      return IN_SQL.test(String((node['value'] as { raw: string }).raw))
    default:
      return false
  }
}

/** The expressions of a source that compare or parse texts for people. */
function comparedIn(source: string): string[] {
  const nodes = [...nodesOf(parseSync('source.tsx', source).program as unknown as Node)]
  const aliases = aliasesIn(nodes)
  return nodes
    .filter((node) => isCompared(node, aliases))
    .map((node) => source.slice(Number(node['start']), Number(node['end'])).replace(/\s+/g, ' ').slice(0, 120))
}

const files = ['src/**/*.ts', 'web/src/**/*.{ts,tsx}', 'simulator/**/*.ts', 'demo/**/*.ts']
  .flatMap((pattern) => globSync(pattern, { cwd: repository }))
  .filter((path) => !path.endsWith('introspection.ts'))
  .toSorted()

describe('texts for people', () => {
  test('are compared and parsed nowhere, except texts of other programs that have no codes', () => {
    const places = files.flatMap((path) =>
      comparedIn(readFileSync(join(repository, path), 'utf8')).map((place) => ({ path, place })),
    )
    const counts = Object.fromEntries(Object.entries(ALLOWED).map(([path, [count]]) => [path, count]))
    const found = Object.entries(Object.groupBy(places, ({ path }) => path))
    const told = found.filter(([path, all = []]) => all.length !== counts[path])
    expect(told).toEqual([])
    expect(found.map(([path]) => path).toSorted()).toEqual(Object.keys(ALLOWED).toSorted())
    expect(files.length).toBeGreaterThan(400)
  })

  test.each([
    `row.state_reason?.startsWith('guard:')`,
    `reason === 'worker lost'`,
    `/^guard: (\\d+)/.exec(run.reason ?? '')`,
    `known.find((message) => message === failure.message)`,
    `const { reason: why } = run; why.includes('x')`,
    `const said = String(error.message); said.toLowerCase().match(/x/)`,
    `switch (error.message) { case 'Job not found': }`,
    "query(`select 1 from zvirka.runs where state_reason like 'guard:%'`)",
  ])('would be detected: %s', (source) => {
    expect(comparedIn(source)).toHaveLength(1)
  })

  test.each([
    `stream.reason === 'AUTO_DATA_ABSENT'`,
    `reason === '' || reason === null`,
    `finding.code === 'guard_answers'`,
    `"update runs set state_reason = null where reason = 'MANUAL'"`,
  ])('is allowed: %s', (source) => {
    expect(comparedIn(source)).toEqual([])
  })
})
