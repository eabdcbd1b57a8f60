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

describe('a job engine that zvirka migrate has not prepared', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await prepareGround()
  })
  afterEach(() => ground.clear())
  afterAll(() => ground.close())

  const examine = async () => {
    const { checks } = JSON.parse((await zvirka(['doctor', '--json'], ground.environment())).out) as {
      checks: { check: string }[]
    }
    return checks.find(({ check }) => check === 'job engine')
  }

  test.each([
    ['drop schema pgboss cascade', 'engine_schema_none', /The schema pgboss of the job engine is missing/],
    [`select pgboss.delete_queue('invitation_mail')`, 'engine_queues_missing', /are missing: invitation_mail/],
  ])('after %s stops the API and workers until it is migrated, and doctor says so', async (text, code, words) => {
    await ground.db.open({ role: 'zvirka_owner', max: 1 }).query({ text })
    for (const command of ['api', 'worker']) {
      const ended = await zvirka([command], ground.environment())
      expect(ended).toMatchObject({ code: 1, out: '', err: expect.stringMatching(words) })
      expect(ended.err).toContain('hint: Run zvirka migrate.')
    }
    expect(await examine()).toMatchObject({ level: 'problem', finding: { code }, advice: { code: 'migrate' } })
    expect(await zvirka(['migrate'], ground.environment())).toMatchObject({ code: 0 })
    expect(await examine()).toMatchObject({ level: 'ok' })
  })

  test('because a newer version has, is refused by everything that uses it, and not migrated', async () => {
    const owner = ground.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: 'update pgboss.version set version = version + 1' })
    for (const command of ['migrate', 'start', 'api', 'worker']) {
      const { code, err } = await zvirka([command], ground.environment())
      expect({ command, code }).toEqual({ command, code: 2 })
      expect(err).toMatch(/job engine has version \d+, which this program does not have/)
    }
    expect(await examine()).toMatchObject({
      ...{ level: 'problem', finding: { code: 'engine_schema_later' }, advice: { code: 'run_newer_version' } },
    })
  })
})
