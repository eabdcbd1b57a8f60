import type { Pool } from 'undici'

/** Sends requests, and throws if a response is not a success. */
export class Asker {
  readonly #pool: Pool
  readonly #headers: Record<string, string>

  constructor(pool: Pool, token: string) {
    this.#pool = pool
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  }

  async graphql(query: string, variables: object): Promise<void> {
    const body = JSON.stringify({ query, variables })
    await this.#request('POST', '/graphql', body)
  }

  get(path: string): Promise<string> {
    return this.#request('GET', path)
  }

  async #request(method: 'GET' | 'POST', path: string, sent?: string): Promise<string> {
    const { statusCode, body } = await this.#pool.request({ method, path, headers: this.#headers, body: sent ?? null })
    const text = await body.text()
    if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${path}: ${statusCode} ${text.slice(0, 300)}`)
    return text
  }
}
