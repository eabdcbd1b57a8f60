/** Reads the subset of YAML that the files in deploy/ use; anything else is an error, so that nothing is misread. */

interface Line {
  readonly indent: number
  readonly text: string
  readonly number: number
}

export type Yaml = string | Yaml[] | { [key: string]: Yaml }

/** Scalars stay text: `10m`, `true`, `400`. */
export function readYaml(source: string): Yaml {
  const lines = source.split('\n').flatMap((raw, index): Line[] => {
    const text = raw.trimEnd()
    if (text.trim() === '' || text.trim().startsWith('#')) return []
    if (text.includes('\t')) throw new Error(`line ${index + 1}: a tab`)
    return [{ indent: text.search(/\S/), text: text.trim(), number: index + 1 }]
  })
  const reader = new Reader(lines)
  const value = reader.block(0)
  reader.end()
  return value
}

const KEY = /^("[^"]+"|[A-Za-z_<$./][\w .<>$/-]*?):(?: (.*))?$/

class Reader {
  readonly #lines: readonly Line[]
  readonly #anchors = new Map<string, Yaml>()
  #at = 0

  constructor(lines: readonly Line[]) {
    this.#lines = lines
  }

  end(): void {
    const line = this.#lines[this.#at]
    if (line !== undefined) throw new Error(`line ${line.number}: not understood: ${line.text}`)
  }

  block(indent: number): Yaml {
    const first = this.#lines[this.#at]
    if (first === undefined || first.indent < indent) throw new Error('a value is missing at the end of a block')
    return first.text.startsWith('- ') ? this.#list(first.indent) : this.#map(first.indent)
  }

  #list(indent: number): Yaml[] {
    const items: Yaml[] = []
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      if (!line.text.startsWith('- ')) break
      const text = line.text.slice(2)
      if (KEY.test(text) && !/^["'[]/.test(text)) {
        // A map whose first key follows the dash: its other keys are indented by two more.
        const rest = { indent: indent + 2, text, number: line.number }
        this.#at += 1
        items.push(this.#map(indent + 2, rest))
      } else {
        this.#at += 1
        items.push(scalar(text, line.number))
      }
    }
    return items
  }

  #map(indent: number, given?: Line): { [key: string]: Yaml } {
    const map: { [key: string]: Yaml } = {}
    const own = new Set<string>()
    for (let line = given ?? this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      const [, quoted = '', rest = ''] = KEY.exec(line.text) ?? []
      if (quoted === '') throw new Error(`line ${line.number}: no key: ${line.text}`)
      if (line !== given) this.#at += 1
      const key = quoted.replaceAll('"', '')
      if (key === '<<') Object.assign(map, this.#anchors.get(rest.slice(1)) ?? fail(line, `no anchor ${rest}`))
      else if (own.has(key)) fail(line, `${key} is there twice`)
      else map[key] = this.#value(line, rest)
      own.add(key)
    }
    return map
  }

  #value(line: Line, rest: string): Yaml {
    if (rest === '>-') return this.#folded(line.indent)
    if (rest.startsWith('&')) {
      const value = this.block(line.indent + 1)
      this.#anchors.set(rest.slice(1), value)
      return value
    }
    return rest === '' ? this.block(line.indent + 1) : scalar(rest, line.number)
  }

  #folded(indent: number): string {
    const parts: string[] = []
    for (let line = this.#lines[this.#at]; line && line.indent > indent; line = this.#lines[this.#at]) {
      parts.push(line.text)
      this.#at += 1
    }
    return parts.join(' ')
  }
}

function fail(line: Line, words: string): never {
  throw new Error(`line ${line.number}: ${words}`)
}

function scalar(text: string, number: number): Yaml {
  if (text === '{}') return {}
  if (/^\[.*\]$/.test(text)) {
    const inner = text.slice(1, -1).match(/"[^"]*"|[^,]+/g) ?? []
    return inner.map((item) => scalar(item.trim(), number))
  }
  const [, double, single] = /^(?:"([^"\\]*)"|'([^']*)')$/.exec(text) ?? []
  if (double !== undefined || single !== undefined) return double ?? single ?? ''
  if (/^["'&*|>{!%@`[]|: | #/.test(text)) throw new Error(`line ${number}: not understood: ${text}`)
  return text
}

/** The value under a path of keys, of any type. */
export function at(value: Yaml | undefined, ...keys: readonly string[]): Yaml | undefined {
  return keys.reduce<Yaml | undefined>((inner, key) => Reflect.get(Object(inner), key) as Yaml | undefined, value)
}
