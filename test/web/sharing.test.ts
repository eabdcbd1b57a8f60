/** New data reuse equal old objects: otherwise each live row would be rendered again at each event. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { repository } from '../support/imports.ts'

type Shared = <T>(before: unknown, after: T) => T
const { shared }: { readonly shared: Shared } = await import(
  pathToFileURL(join(repository, 'web/src/graphql/sharing.ts')).href
)

const rows = () => [
  { id: 'a', of: { count: 1 } },
  { id: 'b', of: { count: 2 } },
  { id: 'c', of: null },
]

describe('a repeated answer', () => {
  test('is the same object if nothing has changed', () => {
    const before = { run: { workers: rows(), reason: null } }
    expect(shared(before, { run: { workers: rows(), reason: null } })).toBe(before)
  })

  test('with one changed row keeps the other objects, and has the new values', () => {
    const before = { workers: rows() }
    const newer = { workers: rows().map((row) => (row.id === 'b' ? { ...row, of: { count: 3 } } : row)) }
    const after = shared(before, newer)
    expect(after).toEqual(newer)
    expect(after.workers.map((row, at) => row === before.workers[at])).toEqual([true, false, true])
  })

  test('with a row added above, or in another order, matches rows by id', () => {
    const before = rows()
    const [a, b, c] = rows()
    const after = shared(before, [{ id: 'new', of: null }, c, b, a])
    expect(after.map((row) => before.indexOf(row as (typeof before)[number]))).toEqual([-1, 2, 1, 0])
    expect(shared(before, [b, a, c])).not.toBe(before)
  })

  test.each([
    [
      [1, 2],
      [1, 2, 3],
    ],
    [[{ id: 'a' }], []],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: undefined }, { b: undefined }],
    [{ a: [] }, { a: {} }],
    [{ a: null }, { a: 0 }],
    [undefined, { a: 1 }],
    ['1', 1],
  ])('equals the new value, whatever was there: %j, then %j', (before, after) => {
    expect(shared(before, after)).toStrictEqual(after)
  })
})
