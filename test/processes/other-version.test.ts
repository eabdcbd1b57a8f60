/** Databases made by another version of the program: every command refuses them and says what to do. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { zvirka } from '../cli/zvirka.ts'
import { type Ground, prepareGround } from './ground.ts'

const VERSIONS = {
  earlier: {
    ledger: `update zvirka.schema_migrations set checksum = 'another' || checksum where version = 1`,
    words:
      /the database was created before the first release, or the file was edited\. It cannot be brought up to date/,
    advice: /Create a new database .*, run zvirka migrate, and import the records again/,
  },
  later: {
    ledger: `insert into zvirka.schema_migrations (version, name, checksum) values (9000, 'a_version_to_come', 'another')`,
    words: /9000_a_version_to_come\.sql, which this version .* does not have: it was migrated by a newer one/,
    advice: /Run the version of the program that migrated this database, or a newer one/,
  },
} as const

describe.each(['earlier', 'later'] as const)('a database from an %s version', (name) => {
  const { ledger, words, advice } = VERSIONS[name]
  let ground: Ground
  beforeAll(async () => {
    ground = await prepareGround()
    await ground.db.open({ role: 'zvirka_owner' }).query({ text: ledger })
  })
  afterEach(() => ground.clear())
  afterAll(() => ground.close())

  test.each(['migrate', 'start', 'api', 'worker', 'status'])(
    'is refused by zvirka %s as one that the settings should not name',
    async (command) => {
      const { code, out, err } = await zvirka([command], ground.environment())
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(words)
      expect(err).toMatch(advice)
    },
  )

  test('is a problem for zvirka doctor', async () => {
    const { code, out } = await zvirka(['doctor', '--json'], ground.environment())
    const { checks } = JSON.parse(out) as { checks: { check: string }[] }
    expect(code).toBe(1)
    expect(checks.find(({ check }) => check === 'schema')).toMatchObject({
      level: 'problem',
      finding: { code: `schema_of_${name}_version`, text: expect.stringMatching(words) },
      advice: { text: expect.stringMatching(advice) },
    })
  })
})
