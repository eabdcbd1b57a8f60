import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../../simulator/simulator.ts'
import { demoTrembita } from '../../src/config/trembita.ts'
import { openDatabase } from '../../src/database/database.ts'
import { roles } from '../../src/database/roles.ts'
import { pruneDaily } from '../../src/synchronization/prune.ts'
import { zvirka } from '../cli/zvirka.ts'
import { createAuthority } from '../simulator/certificates.ts'
import { ask } from '../support/clones.ts'
import { type EmptyCluster, startEmptyCluster } from '../support/empty-cluster.ts'
import { openTestKeys } from '../support/keys.ts'
import { type Ground, prepareGround } from './ground.ts'

interface Told {
  readonly check: string
  readonly level: string
  readonly finding: { readonly code: string; readonly text: string }
  readonly advice: { readonly text: string } | null
}

interface Check {
  readonly check: string
  readonly level: string
  readonly code: string
  readonly words: string
  readonly advice: string | null
}

async function examine(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; ok: boolean; checks: Check[] }> {
  const { code, out, err } = await zvirka(['doctor', '--json'], environment)
  expect(err).toBe('')
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: Told[] }
  const said = ({ finding, advice, ...check }: Told) => ({
    ...{ ...check, code: finding.code, words: finding.text, advice: advice?.text ?? null },
  })
  return { code, ok, checks: checks.map(said) }
}

const REFUSED = { code: '42501' }

const of = (checks: readonly Check[], name: string) => checks.filter(({ check }) => check === name)

describe('zvirka doctor', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await prepareGround()
  })
  afterEach(() => ground.clear())
  afterAll(() => ground.close())

  test('exits with 0 if everything works, changes nothing and asks no registry', async () => {
    const { code, ok, checks } = await examine(ground.environment())
    expect({ code, ok }).toEqual({ code: 0, ok: true })
    const levels = Object.fromEntries(checks.map(({ check, level }) => [check, level]))
    expect(levels).toEqual({
      ...{
        node: 'ok',
        settings: 'ok',
        database: 'ok',
        clock: 'ok',
        collation: 'ok',
        snapshots: 'ok',
        roles: 'warning',
      },
      ...{
        schema: 'ok',
        'job engine': 'ok',
        encoding: 'ok',
        sessions: 'ok',
        demo: 'ok',
        keys: 'ok',
        proxies: 'ok',
        workers: 'warning',
        mail: 'warning',
        signatures: 'ok',
      },
      'served registries': 'ok',
      'security server': 'ok',
    })
    expect(checks.filter(({ level, advice }) => (level === 'ok') !== (advice === null))).toEqual([])
    // The security server has refused a GET, and no registry was asked.
    expect(ground.simulator.calls().map(({ outcome, service }) => [outcome, service])).toEqual([
      ['fault_Client.InvalidHttpMethod', undefined],
    ])
  })

  test('says in plain lines what to do', async () => {
    const { code, out } = await zvirka(['doctor'], ground.environment())
    expect(code).toBe(0)
    expect(out).toMatch(/^ok {7}node +Node.js 24/)
    expect(out).toMatch(/\nwarning {2}workers +No worker is running.*\n +Run zvirka worker/)
  })

  test('exits with 1 for an invalid environment, names every problem and no secret', async () => {
    const wrong = { DATABASE_URL: 'mysql://me:topsecret@host/x', ZVIRKA_LEASE_SECONDS: '1', TREMBITA_URL: 'x' }
    const { code, checks } = await examine(wrong)
    expect(code).toBe(1)
    expect(of(checks, 'settings').map(({ words }) => words)).toEqual([
      expect.stringMatching(/^DATABASE_URL must begin/),
      expect.stringMatching(/^ZVIRKA_LEASE_SECONDS must be/),
      expect.stringMatching(/^TREMBITA_URL is not a zvirka setting/),
    ])
    expect(JSON.stringify(checks)).not.toContain('topsecret')
  })

  test('exits with 1 if the database is unreachable, or every security server is', async () => {
    const database = await examine(ground.environment({ DATABASE_URL: 'postgres://me:topsecret@127.0.0.1:1/x' }))
    expect(database.code).toBe(1)
    expect(of(database.checks, 'database')).toMatchObject([
      { level: 'problem', words: expect.stringContaining('ECONNREFUSED') },
    ])
    expect(JSON.stringify(database.checks)).not.toContain('topsecret')
    const servers = await examine(ground.environment({ TREMBITA_URLS: `http://127.0.0.1:1,${ground.simulator.url}` }))
    expect(servers.code).toBe(1)
    expect(of(servers.checks, 'security server').map(({ level }) => level)).toEqual(['problem', 'ok'])
  })

  test('reports missing encryption keys and what to do; without a key that is in use nothing starts', async () => {
    const none = { ...ground.environment(), ZVIRKA_ENCRYPTION_KEYS_FILE: '' }
    const { checks } = await examine(none)
    expect(of(checks, 'keys')).toMatchObject([
      {
        level: 'warning',
        words: expect.stringContaining('is not set'),
        advice: expect.stringContaining('zvirka keys add'),
      },
    ])
    await openTestKeys(ground.db)
    for (const [environment, words] of [
      [none, /^This database has values encrypted with key .*, and ZVIRKA_ENCRYPTION_KEYS_FILE is not set\.$/],
      [
        ground.environment(),
        /^Key \S+ of the keys file differs from the key \S+ that encrypted values of this database\.$/,
      ],
    ] as const) {
      const { code, checks: found } = await examine(environment)
      expect(code).toBe(1)
      expect(of(found, 'keys')).toMatchObject([{ level: 'problem', words: expect.stringMatching(words) }])
      for (const command of ['api', 'worker']) {
        const ended = await zvirka([command], environment)
        expect(ended.code).toBe(1)
        expect(ended.err).toMatch(/^zvirka: (This database has values|Key \S+ of the keys file differs).*\nhint: \S/m)
      }
    }
    await ground.db.open({ role: 'zvirka_owner', max: 1 }).query({ text: 'delete from zvirka.encryption_keys' })
  })

  test('warns of workers’ open breakers and of runs that wait for a person', async () => {
    const owner = ground.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({
      text: `insert into zvirka.workers (id, kind, host, pid, version, lease_until, breakers) values
               (gen_random_uuid(), 'worker', 'here', 1, '0', now() + interval '1 minute', '{"CheckPassportDMSStatus": {"open": true}}')`,
    })
    await owner.query({
      text: `insert into zvirka.runs (process, state, held_by, finding, cause, started_by, due_before)
             values ('dms_passport/person', 'paused', 'guard',
                     '{"code": "guard_errors", "params": {"errors": 2600, "subjects": 5000}}', 'schedule', gen_random_uuid(), now())`,
    })
    const { code, checks } = await examine(ground.environment())
    expect(code).toBe(0)
    expect(of(checks, 'workers')).toMatchObject([{ level: 'ok', words: 'Workers alive: 1.' }])
    expect(of(checks, 'registries')).toMatchObject([{ level: 'warning' }])
    expect(of(checks, 'runs')).toMatchObject([{ level: 'warning', code: 'run_is_held_by_guard' }])
  })

  test('tests the TLS handshake with a security server, and reports when certificates expire and which do not match', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zvirka-doctor-'))
    const authority = createAuthority('authority')
    const stranger = createAuthority('another')
    const server = await startSimulator({ tls: { ...authority.certify('simulator'), ca: authority.cert } })
    try {
      const files = { client: authority.certify('client'), strange: stranger.certify('client') }
      const environment = async (client: keyof typeof files, ca: string) => {
        await writeFile(join(folder, 'cert.pem'), files[client].cert)
        await writeFile(join(folder, 'key.pem'), files[client].key)
        await writeFile(join(folder, 'ca.pem'), ca)
        return ground.environment({
          TREMBITA_URLS: server.url,
          TREMBITA_TLS_CERT: join(folder, 'cert.pem'),
          TREMBITA_TLS_KEY: join(folder, 'key.pem'),
          TREMBITA_TLS_CA: join(folder, 'ca.pem'),
        })
      }
      const good = await examine(await environment('client', authority.cert))
      expect(good.code).toBe(0)
      expect(of(good.checks, 'security server')).toMatchObject([{ level: 'ok' }])
      expect(of(good.checks, 'certificates')).toMatchObject([{ level: 'warning' }, { level: 'warning' }])

      for (const [client, ca, code, setting] of [
        ['client', stranger.cert, 'tls_unknown_server', 'TREMBITA_TLS_CA'],
        // The simulator closes without an alert.
        ['strange', authority.cert, 'tls_closed', 'tls_client_refused'],
      ] as const) {
        const { code: ended, checks } = await examine(await environment(client, ca))
        expect(ended).toBe(1)
        expect(of(checks, 'security server')).toMatchObject([
          { level: 'problem', words: expect.stringContaining(code), advice: expect.stringContaining(setting) },
        ])
      }
      const missing = { ...(await environment('client', authority.cert)), TREMBITA_TLS_KEY: join(folder, 'none.pem') }
      const { code, checks } = await examine(missing)
      expect(code).toBe(1)
      expect(of(checks, 'certificates')).toMatchObject([
        { level: 'problem', words: expect.stringContaining('none.pem') },
      ])
    } finally {
      await server.close()
      await rm(folder, { recursive: true })
    }
  })
})

describe('a login without rights', () => {
  let cluster: EmptyCluster
  beforeAll(async () => {
    cluster = await startEmptyCluster()
  })
  afterAll(() => cluster.stop())

  test('gets the SQL for an administrator; then migrate, doctor and sync work with it', async () => {
    const administrator = cluster.url('zvirka', 'postgres')
    await ask(administrator, 'create role plain login')
    await ask(administrator, 'create database of_plain')
    const environment = { DATABASE_URL: cluster.url('plain', 'of_plain') }
    const { code, checks } = await examine(environment)
    expect(code).toBe(1)
    const [roles] = of(checks, 'roles')
    expect(roles).toMatchObject({
      level: 'problem',
      words: 'Roles are missing: zvirka_owner, zvirka_app, zvirka_worker, zvirka_read, zvirka_prune, zvirka_events.',
    })
    const sql = roles?.advice?.slice(roles.advice.indexOf('\n') + 1) ?? ''
    await ask(cluster.url('zvirka', 'of_plain'), sql)

    const before = await examine(environment)
    expect(of(before.checks, 'schema')).toMatchObject([{ level: 'problem', advice: 'Run zvirka migrate.' }])
    expect(await zvirka(['migrate'], environment)).toMatchObject({ code: 0 })
    expect((await examine(environment)).code).toBe(0)

    await expectSync(environment)
  })

  test('that creates the roles itself, and may only use them, can work as well', async () => {
    const administrator = cluster.url('zvirka', 'postgres')
    await ask(administrator, 'drop database of_plain')
    await ask(administrator, `drop role plain, ${roles.join(', ')}`)
    await ask(administrator, 'create role maker login createrole')
    await ask(administrator, 'create database of_maker owner maker')
    const environment = { DATABASE_URL: cluster.url('maker', 'of_maker') }
    expect(await zvirka(['migrate'], environment)).toMatchObject({ code: 0 })
    expect((await examine(environment)).code).toBe(0)
    await expectSync(environment)
  })

  test('of a worker cannot become the owner, nor access the API’s data; doctor, sync, the audit and pruning work with it', async () => {
    const administrator = cluster.url('zvirka', 'of_maker')
    await ask(administrator, 'create role working login')
    await ask(administrator, 'grant zvirka_worker, zvirka_read, zvirka_prune to working')
    const url = cluster.url('working', 'of_maker')
    const { code, checks } = await examine({ DATABASE_URL: url })
    expect([code, of(checks, 'roles')]).toEqual([0, [expect.objectContaining({ level: 'ok' })]])
    await expectSync({ DATABASE_URL: url })
    for (const role of ['zvirka_owner', 'zvirka_app'])
      await expect(ask(url, `set role ${role}`)).rejects.toMatchObject(REFUSED)
    await expectNoRewriting(url, ['zvirka_worker', 'zvirka_prune'])
    expect(await zvirka(['audit', 'verify'], { DATABASE_URL: url })).toMatchObject({ code: 0 })
    const database = openDatabase({ url, role: 'zvirka_worker', applicationName: 'tests', max: 1 })
    const keep = { historyDays: 1, runsDays: 1, eventsDays: 1, auditDays: 1, unzrInfoDays: 1 } as const
    expect(await pruneDaily(database, url, keep)).toMatchObject({ audit: 0, history: 0 })
    await database.close()
    // Commands of the API need the API's login; it says which roles it lacks.
    expect(await zvirka(['user', 'list'], { DATABASE_URL: url })).toMatchObject({
      code: 1,
      err: expect.stringMatching(/is not a member of zvirka_app\..*grant zvirka_app to "working";/s),
    })
  })

  test('of the API can neither become the owner nor a worker; doctor and the commands about users work with it', async () => {
    const administrator = cluster.url('zvirka', 'of_maker')
    await ask(administrator, 'create role serving login')
    await ask(administrator, 'grant zvirka_app, zvirka_read to serving')
    const url = cluster.url('serving', 'of_maker')
    const { code, checks } = await examine({ DATABASE_URL: url })
    expect([code, of(checks, 'roles')]).toEqual([0, [expect.objectContaining({ level: 'ok' })]])
    for (const role of ['zvirka_owner', 'zvirka_worker', 'zvirka_prune'])
      await expect(ask(url, `set role ${role}`)).rejects.toMatchObject(REFUSED)
    await expectNoRewriting(url, ['zvirka_app'])
    const client = ['--id', randomUUID(), '--type', 'NHS', '--name', 'NHS', '--edrpou', '42032422']
    expect(await zvirka(['client', 'create', ...client], { DATABASE_URL: url })).toMatchObject({ code: 0 })
    expect(await zvirka(['status'], { DATABASE_URL: url })).toMatchObject({ code: 0 })
    expect(await zvirka(['expire', '--dry-run'], { DATABASE_URL: url })).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not a member of zvirka_worker, zvirka_prune'),
    })
  })

  test('with both roles is advised to be split, and works', async () => {
    const administrator = cluster.url('zvirka', 'of_maker')
    await ask(administrator, 'create role doing_both login')
    await ask(administrator, 'grant zvirka_app, zvirka_worker, zvirka_read, zvirka_prune to doing_both')
    const environment = { DATABASE_URL: cluster.url('doing_both', 'of_maker') }
    const { code, checks } = await examine(environment)
    expect([code, of(checks, 'roles')]).toMatchObject([0, [{ level: 'warning', code: 'login_is_app' }]])
    await expectSync(environment)
    expect(await zvirka(['user', 'list'], environment)).toMatchObject({ code: 0 })
  })

  async function expectNoRewriting(url: string, given: readonly string[]): Promise<void> {
    for (const statement of [
      `insert into zvirka.audit (at, action, operation, request_id, subject_kind, subject_ids) values ('2001-01-01', 'read', 'x', 'x', 'x', '{}')`,
      `update zvirka.audit set reason = 'x'`,
      'delete from zvirka.audit',
      'truncate zvirka.audit',
      `update zvirka.audit_seals set head = ''`,
      'alter table zvirka.audit disable trigger all',
    ]) {
      for (const role of given) await expect(ask(url, `set role ${role}; ${statement}`)).rejects.toMatchObject(REFUSED)
    }
  }

  test('with only zvirka_events reads events, and no persons', async () => {
    const administrator = cluster.url('zvirka', 'of_maker')
    await ask(administrator, 'create role following login')
    await ask(administrator, 'grant zvirka_events to following')
    const url = cluster.url('following', 'of_maker')
    await ask(url, 'set role zvirka_events; select event_manager.events_horizon(); select * from event_manager.events')
    for (const table of ['mpi.persons', 'prm.parties', 'mithril.users', 'zvirka.audit'])
      await expect(ask(url, `set role zvirka_events; select from ${table}`)).rejects.toMatchObject({ code: '42501' })
  })

  async function expectSync(environment: Record<string, string>): Promise<void> {
    const simulator = await startSimulator()
    try {
      const sync = ['sync', 'dms-passport', 'person', '--json', '--quiet']
      const { code, err } = await zvirka(sync, { ...environment, ...demoTrembita, TREMBITA_URLS: simulator.url })
      expect({ code, err }).toEqual({ code: 0, err: '' })
    } finally {
      await simulator.close()
    }
  }
})
