/**
 * A PromQL parser for what our files use: brackets, operators with precedence, the argument types of functions, and vector matching. It
 * checks names, labels and values against the existing metrics.
 */

/** Metrics by name, each with its labels and their observed values. */
export type Catalogue = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

/** The catalogue of `/metrics` output; a histogram has three parts. */
export function catalogueOf(...texts: readonly string[]): Catalogue {
  const all = new Map<string, Map<string, Set<string>>>()
  for (const [, name = '', labels = ''] of texts.join('\n').matchAll(/^([a-z_]+)(?:\{(.*)\})? \S+$/gm)) {
    const known = all.get(name) ?? new Map<string, Set<string>>()
    all.set(name, known)
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      known.set(label, (known.get(label) ?? new Set()).add(value))
    }
  }
  // Added by Prometheus itself.
  all.set('up', new Map([['job', new Set(['zvirka-worker', 'zvirka-api'])]]))
  return all
}

type Kind = 'scalar' | 'vector' | 'range'

/** Argument types and result type. */
const FUNCTIONS: Readonly<Record<string, { readonly takes: readonly Kind[]; readonly gives: Kind }>> = {
  absent: { takes: ['vector'], gives: 'vector' },
  avg_over_time: { takes: ['range'], gives: 'vector' },
  changes: { takes: ['range'], gives: 'vector' },
  histogram_quantile: { takes: ['scalar', 'vector'], gives: 'vector' },
  increase: { takes: ['range'], gives: 'vector' },
  max_over_time: { takes: ['range'], gives: 'vector' },
  min_over_time: { takes: ['range'], gives: 'vector' },
  quantile_over_time: { takes: ['scalar', 'range'], gives: 'vector' },
  rate: { takes: ['range'], gives: 'vector' },
  time: { takes: [], gives: 'scalar' },
}
const AGGREGATES = new Set(['sum', 'min', 'max', 'count', 'avg'])
const PRECEDENCE: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<=', '<', '>=', '>'],
  ['+', '-'],
  ['*', '/'],
]
const SETS = new Set(['or', 'and', 'unless'])
const TARGET_LABELS = ['instance', 'job']

/** The problems of an expression; empty if it can be evaluated and everything in it exists. */
export function problemsOf(expression: string, catalogue: Catalogue): string[] {
  const problems: string[] = []
  try {
    new Parser(expression, catalogue, problems).whole()
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  return problems.map((problem) => `${problem}: ${expression}`)
}

/** A part of an expression: its type, and the labels that it may have. */
interface Part {
  readonly kind: Kind
  readonly labels: ReadonlySet<string>
}

const TOKEN = /\s+|(\[[^\]]*\]|"(?:[^"\\]|\\.)*"|==|!=|<=|>=|=~|!~|[a-zA-Z_:][\w:]*|\d+(?:\.\d+)?|[-+*/<>=(){},])/y

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`not PromQL from ${JSON.stringify(text.slice(from, from + 10))} on`)
    if (match[1] !== undefined) tokens.push(match[1])
  }
  return tokens
}

class Parser {
  readonly #tokens: readonly string[]
  readonly #catalogue: Catalogue
  readonly #problems: string[]
  #at = 0

  constructor(text: string, catalogue: Catalogue, problems: string[]) {
    this.#tokens = tokensOf(text)
    this.#catalogue = catalogue
    this.#problems = problems
  }

  whole(): void {
    const { kind } = this.#binary(0)
    if (this.#peek() !== undefined) throw new Error(`${this.#peek()} is too much`)
    if (kind === 'range') throw new Error('a range is no result')
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #next(): string {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Error('it ends too early')
    this.#at += 1
    return token
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false
    this.#at += 1
    return true
  }

  #need(token: string): void {
    if (!this.#take(token)) throw new Error(`${token} is missing before ${this.#peek() ?? 'the end'}`)
  }

  #binary(level: number): Part {
    if (level === PRECEDENCE.length) return this.#postfix()
    let left = this.#binary(level + 1)
    for (let operator = this.#peek(); operator && PRECEDENCE[level]?.includes(operator); operator = this.#peek()) {
      this.#at += 1
      const matching = this.#matching()
      const right = this.#binary(level + 1)
      const areVectors = left.kind === 'vector' && right.kind === 'vector'
      if (left.kind === 'range' || right.kind === 'range') throw new Error(`${operator} of a range`)
      if ((SETS.has(operator) || matching !== undefined) && !areVectors)
        throw new Error(`${operator} needs two vectors`)
      this.#known(matching ?? [], new Set([...left.labels, ...right.labels]))
      left = areVectors ? { ...left, labels: new Set([...left.labels, ...right.labels]) } : vectorOf(left, right)
    }
    return left
  }

  #matching(): string[] | undefined {
    if (!this.#take('on') && !this.#take('ignoring')) return undefined
    const labels = this.#labels()
    if (this.#take('group_left') || this.#take('group_right')) labels.push(...this.#labels())
    return labels
  }

  #labels(): string[] {
    this.#need('(')
    const labels: string[] = []
    while (!this.#take(')')) {
      labels.push(this.#next())
      if (this.#peek() !== ')') this.#need(',')
    }
    return labels
  }

  #postfix(): Part {
    const inner = this.#primary()
    const range = this.#peek()
    if (range?.startsWith('[') !== true) return inner
    this.#at += 1
    if (inner.kind !== 'vector') throw new Error(`${range} of what is no vector`)
    if (!/^\[\d+[smhd](:\d+[smhd])?\]$/.test(range)) throw new Error(`no range: ${range}`)
    return { ...inner, kind: 'range' }
  }

  #primary(): Part {
    const token = this.#next()
    if (/^\d/.test(token)) return { kind: 'scalar', labels: new Set() }
    if (token === '(') {
      const inner = this.#binary(0)
      this.#need(')')
      return inner
    }
    if (AGGREGATES.has(token)) return this.#aggregate()
    if (this.#peek() === '(') return this.#call(token)
    if (!/^[a-z_]+$/.test(token)) throw new Error(`${token} begins nothing`)
    return this.#selector(token)
  }

  #aggregate(): Part {
    let by = this.#take('by') ? this.#labels() : undefined
    this.#need('(')
    const inner = this.#binary(0)
    this.#need(')')
    if (inner.kind !== 'vector') throw new Error('only a vector can be summed up')
    if (this.#take('by')) by = this.#labels()
    this.#known(by ?? [], inner.labels)
    return { kind: 'vector', labels: new Set(by) }
  }

  #call(name: string): Part {
    const signature = FUNCTIONS[name]
    if (signature === undefined) throw new Error(`no function ${name}`)
    this.#need('(')
    const given: Part[] = []
    while (!this.#take(')')) {
      given.push(this.#binary(0))
      if (this.#peek() !== ')') this.#need(',')
    }
    const kinds = given.map(({ kind }) => kind).join(', ')
    if (kinds !== signature.takes.join(', ')) throw new Error(`${name} of (${kinds})`)
    return { kind: signature.gives, labels: new Set(given.flatMap(({ labels }) => [...labels])) }
  }

  #selector(metric: string): Part {
    const known = this.#catalogue.get(metric)
    if (known === undefined) this.#problems.push(`no metric ${metric}`)
    if (this.#take('{')) {
      while (!this.#take('}')) {
        this.#matcher(metric, known)
        if (this.#peek() !== '}') this.#need(',')
      }
    }
    return { kind: 'vector', labels: new Set([...(known?.keys() ?? []), ...TARGET_LABELS]) }
  }

  #matcher(metric: string, known: ReadonlyMap<string, ReadonlySet<string>> | undefined): void {
    const [label, operator, quoted] = [this.#next(), this.#next(), this.#next()]
    if (!['=', '!=', '=~', '!~'].includes(operator) || !quoted.startsWith('"')) throw new Error(`no matcher: ${label}`)
    const value = quoted.slice(1, -1)
    const values = known?.get(label)
    if (values === undefined) {
      if (metric !== 'up' && !TARGET_LABELS.includes(label)) this.#problems.push(`${metric} has no label ${label}`)
      return
    }
    const literals = operator.endsWith('~') ? value.split('|') : [value]
    // The values of a dashboard variable come from existing ones.
    for (const literal of literals.filter((each) => !each.startsWith('$')))
      if (!values.has(literal)) this.#problems.push(`${metric} has no ${label} ${literal}`)
  }

  #known(labels: readonly string[], there: ReadonlySet<string>): void {
    for (const label of labels) if (!there.has(label)) this.#problems.push(`no label ${label}`)
  }
}

function vectorOf(left: Part, right: Part): Part {
  return left.kind === 'vector' ? left : right
}
