/** An API client that reads and writes all the time, and compares each answer with what it knows. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../src/database/database.ts'
import { makeToken } from '../support/token.ts'

/** An answer, as far as the figures need it. */
export interface Answered {
  readonly at: number
  readonly milliseconds: number
  readonly method: 'POST' | 'PUT'
  readonly status: number
}

interface Tokens {
  readonly read: string
  readonly write: string
}

/** Creates a read token of the NHS and a write token of the platform directly in the database. */
export async function makeTokens(url: string): Promise<Tokens> {
  const owner = openDatabase({ url, role: 'zvirka_owner', applicationName: 'ha', max: 1 })
  try {
    const platform = { type: 'PLATFORM', name: 'PLATFORM', edrpou: '43032422' }
    return {
      read: await makeToken(owner, { scope: 'person:read' }),
      write: await makeToken(owner, { client: platform, role: 'PLATFORM', scope: 'person:write' }),
    }
  } finally {
    await owner.close()
  }
}

/** Names that a person may have now: the last one acknowledged or read, and those whose PUT had an unknown outcome. */
interface Known {
  readonly id: string
  possible: Set<string>
  /** Whether it was certainly created. */
  isThere: boolean
  /** Names whose PUT was answered with 503: they must never be seen. */
  readonly refused: Set<string>
}

const MILLISECONDS = 50
/** The longest time a request may take. */
const PATIENCE_MS = 60_000

/** Reads and writes a few people of its own, each with one request at a time, so that each answer can be compared with earlier ones. */
export class ApiClient {
  readonly answers: Answered[] = []
  readonly problems: string[] = []
  readonly #url: string
  readonly #tokens: Tokens
  readonly #known: readonly Known[]
  #count = 0

  constructor(url: string, tokens: Tokens, people = 5) {
    this.#url = url
    this.#tokens = tokens
    this.#known = Array.from({ length: people }, () => ({
      ...{ id: randomUUID(), possible: new Set(), isThere: false, refused: new Set() },
    }))
  }

  /** The ids of its people. */
  get ids(): readonly string[] {
    return this.#known.map(({ id }) => id)
  }

  /** Runs until the signal; people are independent, so one hanging request delays no other person. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#known.map((person) => this.#follow(person, signal)))
  }

  /** Reads everybody once more. */
  async readAll(): Promise<void> {
    for (const person of this.#known) await this.#read(person)
  }

  async #follow(person: Known, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#write(person)
      await this.#read(person)
      await delay(MILLISECONDS, undefined, { signal }).catch(() => undefined)
    }
  }

  async #write(person: Known): Promise<void> {
    this.#count += 1
    const name = `Мала-${word(this.#count)}`
    const body = { last_name: name, first_name: 'Олена', birth_date: '1990-05-17', gender: 'FEMALE', documents: [] }
    const answer = await this.#ask('PUT', `/api/persons/${person.id}`, this.#tokens.write, body)
    if (answer === undefined) person.possible.add(name)
    else if (answer.status === 200 || answer.status === 201)
      Object.assign(person, { possible: new Set([name]), isThere: true })
    else if (answer.status === 504) person.possible.add(name)
    else if (answer.status === 503) person.refused.add(name)
    else this.problems.push(`PUT was answered with ${answer.status}: ${answer.text.slice(0, 300)}`)
  }

  async #read(person: Known): Promise<void> {
    const id = Buffer.from(`Person:${person.id}`).toString('base64')
    const body = { query: 'query ($id: ID!) { person(id: $id) { lastName } }', variables: { id } }
    const answer = await this.#ask('POST', '/graphql', this.#tokens.read, body)
    if (answer === undefined || answer.status === 503) return
    if (answer.status !== 200) {
      this.problems.push(`a query was answered with ${answer.status}: ${answer.text.slice(0, 300)}`)
      return
    }
    const name: string | undefined = JSON.parse(answer.text).data?.person?.lastName
    // If the first PUT was refused or had an unknown outcome, the person may be missing.
    if (name === undefined && !person.isThere) return
    if (person.refused.has(`${name}`)) this.problems.push(`${name} was answered with 503 and was written all the same`)
    else if (name === undefined || !person.possible.has(name))
      this.problems.push(
        `${name} was read, possible were ${[...person.possible].join(', ')}: ${answer.text.slice(0, 300)}`,
      )
    if (name !== undefined) Object.assign(person, { possible: new Set([name]), isThere: true })
  }

  async #ask(method: 'POST' | 'PUT', path: string, token: string, body?: object) {
    const at = Date.now()
    try {
      const response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const text = await response.text()
      const { status } = response
      this.answers.push({ at, milliseconds: Date.now() - at, method, status })
      if (status === 503 && !/^\d+$/.test(response.headers.get('retry-after') ?? ''))
        this.problems.push(`${method} was answered with 503 without Retry-After`)
      return { status, text }
    } catch (error) {
      this.problems.push(`${method} had no answer: ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  }
}

/** A number as letters: names have no digits. */
function word(number: number): string {
  const letters = 'абвгдежзиклмнопрст'
  let rest = number
  let text = ''
  for (; rest > 0; rest = Math.floor(rest / letters.length)) text += letters[rest % letters.length]
  return `Я${text}`
}
