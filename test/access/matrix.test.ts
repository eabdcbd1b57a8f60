// Rules: spec 6.4.2, 8.15.2
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessTables } from '../../src/access/documentation.ts'
import { CLIENT_TYPES, ROLES } from '../../src/access/matrix.ts'
import { effectiveScopes } from '../../src/access/principal.ts'
import type { Scope } from '../../src/access/scopes.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

describe('the matrix of client types, roles and scopes', () => {
  test.each([
    ['client_types', CLIENT_TYPES],
    ['roles', ROLES],
  ] as const)('equals what the migrations store for %s', async (table, matrix) => {
    const rows = await db.database.query<{ name: string; scopes: string[] }>({
      text: `select name, scopes from mithril.${table}`,
    })
    const sorted = (entries: (readonly [string, readonly string[]])[]) =>
      entries.map(([name, scopes]) => [name, scopes.toSorted()] as const).toSorted()
    expect(sorted(rows.map(({ name, scopes }) => [name, scopes]))).toEqual(sorted(Object.entries(matrix)))
  })

  test('shows employees of a facility its employee requests, and its head the verification of a patient', () => {
    const of = (scope: Scope) => Object.keys(ROLES).filter((name) => ROLES[name]?.includes(scope))
    const staff = ['DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST', 'LABORANT', 'MED_COORDINATOR']
    expect(of('employee_request:read')).toEqual(expect.arrayContaining([...staff, 'OWNER', 'ADMIN', 'HR']))
    expect(of('person_verification:details')).toEqual(expect.arrayContaining(['OWNER', 'ADMIN']))
  })

  test('equals docs/access.md', () => {
    const document = readFileSync(new URL('../../docs/access.md', import.meta.url), 'utf8')
    const marker = document.indexOf('<!-- access:')
    expect(document.slice(document.indexOf('\n\n', marker) + 2).trim()).toBe(accessTables())
  })

  test('gives each role a permission in some client, or none on purpose', () => {
    const idle = Object.entries(ROLES).flatMap(([name, scopes]) => {
      const isOfUse = Object.values(CLIENT_TYPES).some((clientType) =>
        [...effectiveScopes({ token: scopes, roles: scopes, clientType })].some((scope) =>
          scopes.includes(scope as never),
        ),
      )
      return isOfUse ? [] : [name]
    })
    expect(idle).toEqual(['ACCOUNTANT'])
  })
})
