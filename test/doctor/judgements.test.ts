import { describe, expect, test } from 'vitest'
import { judgeDemo, judgeRoles, judgeSchema, judgeServer, judgeSessions, judgeWork } from '../../src/doctor/database.ts'
import type { PausedRun, ServerFacts } from '../../src/doctor/database-facts.ts'
import { findingJson } from '../../src/doctor/finding.ts'
import { judgeDisk, judgeNode, judgeProxies, type ProxyFacts } from '../../src/doctor/installation.ts'
import { judgeExpiry, judgeGreeted } from '../../src/doctor/security-servers.ts'
import type { Received } from '../../src/trembita/transport.ts'

const well: ServerFacts = {
  version: 180_004,
  encoding: 'UTF8',
  isStandby: false,
  clockAheadMs: 0,
  clockUncertainMs: 1,
  foldsUkrainian: true,
  isCollationOfOldVersion: false,
  oldSnapshots: 0,
  oldestSnapshotSeconds: 0,
  seesAllSessions: true,
}
const levelsOf = (facts: Partial<ServerFacts>) =>
  Object.fromEntries(judgeServer({ ...well, ...facts }).map(({ check, level }) => [check, level]))

const GIB = 2 ** 30
const NOW = Date.parse('2026-03-01T12:00:00Z')
const expiring = (at: string) => judgeExpiry({ of: 'client', expiresAt: new Date(at) }, NOW)

describe('the doctor', () => {
  test('says which proxies are trusted, and warns if one may be missing', () => {
    const of = (facts: Partial<ProxyFacts>) =>
      judgeProxies({ trustedProxies: undefined, publicUrl: undefined, host: '127.0.0.1', ...facts })
    expect(of({}).level).toBe('ok')
    expect(of({ publicUrl: 'https://ehealth.example' })).toMatchObject({
      level: 'warning',
      advice: { code: 'set_trusted_proxies' },
    })
    expect(of({ host: '0.0.0.0' }).level).toBe('warning')
    expect(of({ publicUrl: 'https://ehealth.example', trustedProxies: ['10.0.0.5'] })).toMatchObject({
      level: 'ok',
      finding: { code: 'proxies_trusted', params: { addresses: '10.0.0.5' } },
    })
  })

  test('reports a demo database as a problem, but not an embedded one', () => {
    expect(judgeDemo(false, false).level).toBe('ok')
    expect(judgeDemo(true, false).level).toBe('problem')
    expect(judgeDemo(true, true).level).toBe('warning')
  })

  test.each([
    ['all is well', {}, { database: 'ok', clock: 'ok', collation: 'ok', snapshots: 'ok' }],
    ['PostgreSQL 15.0', { version: 150_000 }, { database: 'ok' }],
    ['PostgreSQL 14.20', { version: 140_020 }, { database: 'problem' }],
    ['a standby', { isStandby: true }, { database: 'problem' }],
    ['another encoding', { encoding: 'WIN1251' }, { encoding: 'problem' }],
    ['a clock 1.9 s ahead', { clockAheadMs: 1900 }, { clock: 'ok' }],
    ['a clock 3 s behind', { clockAheadMs: -3000 }, { clock: 'warning' }],
    ['3 s that the way there may have taken', { clockAheadMs: 3000, clockUncertainMs: 2500 }, { clock: 'ok' }],
    ['a clock an hour ahead', { clockAheadMs: 3_600_000 }, { clock: 'problem' }],
    ['no ICU', { foldsUkrainian: false }, { collation: 'problem' }],
    ['another ICU than at first', { isCollationOfOldVersion: true }, { collation: 'warning' }],
    ['an old transaction', { oldSnapshots: 1, oldestSnapshotSeconds: 7200 }, { snapshots: 'warning' }],
  ])('on a server: %s', (_, facts, levels) => {
    expect(levelsOf(facts)).toMatchObject(levels)
  })

  test('says what to set if a pooler shares sessions', () => {
    expect(judgeSessions(false)).toMatchObject({ level: 'ok' })
    expect(judgeSessions(true)).toMatchObject({
      level: 'problem',
      advice: { code: 'use_session_pooling' },
    })
  })

  test('prints the SQL for an administrator to add missing role rights', () => {
    const sql = 'create role zvirka_owner;'
    const rights = { absent: [], withheld: [], ownerMayCreate: true, sql }
    expect(judgeRoles(rights, true)).toMatchObject({ level: 'ok' })
    const missing = [{ absent: ['zvirka_app'] }, { withheld: ['zvirka_app'] }, { ownerMayCreate: false }]
    for (const each of [...missing, { withheld: ['zvirka_owner', 'zvirka_read'] }]) {
      const finding = judgeRoles({ ...rights, ...each }, false)
      expect(finding.level).toBe('problem')
      expect(finding.advice).toEqual({ code: 'make_roles', params: { sql } })
    }
  })

  test('recommends separate logins: the owner only for migrations, workers without the API’s rights', () => {
    const of = (...withheld: string[]) => judgeRoles({ absent: [], withheld, ownerMayCreate: false, sql: '' }, false)
    expect(judgeRoles({ absent: [], withheld: [], ownerMayCreate: true, sql: '' }, false)).toMatchObject({
      level: 'warning',
      finding: { code: 'login_is_owner' },
    })
    expect(of('zvirka_owner', 'zvirka_events')).toMatchObject({
      level: 'warning',
      finding: { code: 'login_is_app' },
      advice: { code: 'divide_logins', params: { work: 'zvirka_worker, zvirka_read, zvirka_prune' } },
    })
    expect(of('zvirka_owner', 'zvirka_worker', 'zvirka_prune', 'zvirka_events')).toMatchObject({ level: 'ok' })
    expect(of('zvirka_owner', 'zvirka_app', 'zvirka_events')).toMatchObject({ level: 'ok' })
  })

  test('reports an outdated schema as a problem, unless the next command migrates it', () => {
    for (const schema of [{ kind: 'none' }, { kind: 'pending', count: 2 }] as const) {
      expect(judgeSchema(schema, false)).toMatchObject({ level: 'problem', advice: { code: 'migrate' } })
      expect(judgeSchema(schema, true)).toMatchObject({ level: 'warning' })
    }
    const finding = { code: 'schema_of_later_version', params: { migration: '9000_to_come.sql' } } as const
    const advice = { code: 'run_newer_version', params: {} } as const
    expect(judgeSchema({ kind: 'other_version', finding, advice }, true)).toMatchObject({
      level: 'problem',
      finding,
      advice,
    })
    expect(judgeSchema({ kind: 'up_to_date', version: 10 }, false)).toMatchObject({ level: 'ok' })
  })

  test('warns if there are no workers, a breaker is open, or a run waits for a person', () => {
    const work = { living: 2, dead: 0, openBreakers: [], pausedRuns: [] }
    expect(judgeWork(work).map(({ level }) => level)).toEqual(['ok'])
    expect(judgeWork({ ...work, living: 0, dead: 1 }).map(({ level }) => level)).toEqual(['warning', 'warning'])
    expect(judgeWork({ ...work, openBreakers: ['checkunzr'] })[1]).toMatchObject({
      check: 'registries',
      level: 'warning',
    })
    const run = { id: 'an id', process: 'dms_passport/person', heldBy: 'guard', reason: null }
    const paused = (facts: Partial<PausedRun>) => judgeWork({ ...work, pausedRuns: [{ ...run, ...facts }] })[1]
    expect(paused({})).toMatchObject({
      ...{ level: 'warning', finding: { code: 'run_is_held_by_guard' } },
      advice: { code: 'resume_or_stop', params: { run: 'an id' } },
    })
    const byUser = paused({ heldBy: 'user', reason: 'guard: 500 of 500' })
    expect(byUser?.finding).toMatchObject({ code: 'run_is_paused_because', params: { reason: 'guard: 500 of 500' } })
    expect(paused({ heldBy: 'user' })?.finding.code).toBe('run_is_paused')
  })

  test.each([
    ['22.20.0', 'problem'],
    ['24.0.0', 'ok'],
    ['26.1.0', 'ok'],
  ])('on Node.js %s: %s', (version, level) => {
    expect(judgeNode(version).level).toBe(level)
  })

  test.each([
    [0.4, 'problem'],
    [4, 'warning'],
    [6, 'ok'],
  ])('with %s GiB of free disk: %s', (free, level) => {
    expect(judgeDisk({ folder: '/data', freeBytes: free * GIB, totalBytes: 100 * GIB }).level).toBe(level)
  })

  test.each([
    ['2026-03-01T11:59:59Z', 'problem'],
    ['2026-03-30T12:00:00Z', 'warning'],
    ['2026-04-01T12:00:00Z', 'ok'],
  ])('on a certificate valid until %s: %s', (at, level) => {
    expect(expiring(at).level).toBe(level)
  })

  test.each<[string, Received, string, RegExp]>([
    ['refused', failed('connection_refused', 'ECONNREFUSED'), 'problem', /TREMBITA_URLS/],
    ['unknown', failed('tls_unknown_server', 'SELF_SIGNED_CERT_IN_CHAIN'), 'problem', /TREMBITA_TLS_CA/],
    ['expired', failed('tls_server_expired', 'CERT_HAS_EXPIRED'), 'problem', /renew/],
    ['not taking our certificate', failed('tls_client_refused'), 'problem', /TREMBITA_TLS_CERT/],
    ['silent', failed('timeout'), 'problem', /administrator/],
    ['nginx that wants a certificate', answered(400, 'No required SSL certificate was sent'), 'problem', /_TLS_CERT/],
    ['a proxy before nothing', answered(502, '<html>Bad Gateway'), 'problem', /administrator/],
    ['a page', answered(200, '<html></html>'), 'warning', /information systems/],
    ['a proxy that lets no GET pass', answered(405, ''), 'warning', /zvirka call/],
    [
      'no certificate known',
      answered(500, fault('Server.ClientProxy.SslAuthenticationFailed')),
      'problem',
      /_TLS_CERT/,
    ],
  ])('says what to do if a security server is %s', (_what, received, level, advice) => {
    expect(findingJson(judgeGreeted('https://server', received))).toMatchObject({
      level,
      advice: { text: expect.stringMatching(advice) },
    })
  })

  test('accepts the fault with which every security server answers a GET, and shows the text of others', () => {
    const good = answered(500, fault('Client.InvalidHttpMethod'))
    expect(judgeGreeted('http://server:8080', good)).toMatchObject({
      level: 'ok',
      finding: { code: 'security_server_reached_without_tls' },
    })
    expect(judgeGreeted('https://server', good)).toMatchObject({
      level: 'ok',
      finding: { code: 'security_server_reached' },
    })
    const other = judgeGreeted('https://server', answered(500, fault('Server.ClientProxy.UnknownMember')))
    expect(findingJson(other).finding.text).toContain("UnknownMember: Client 'SUBSYSTEM:X' not found")
  })

  test('names the system’s error if there is no code of ours', () => {
    expect(judgeGreeted('https://server', failed('network_error', 'EXOTIC')).finding).toMatchObject({
      ...{ code: 'security_server_unreachable_by', params: { code: 'network_error', error: 'EXOTIC' } },
    })
  })
})

function failed(code: string, word?: string): Received {
  return { kind: 'failed', code, transactionId: undefined, ...(word === undefined ? {} : { word }) }
}

function answered(status: number, body: string): Received {
  const none = { contentEncoding: undefined, contentType: undefined, transactionId: undefined }
  return { kind: 'response', status, ...none, body: Buffer.from(body) }
}

function fault(code: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>${code}</faultcode><faultstring>Client 'SUBSYSTEM:X' not found</faultstring></s:Fault></s:Body></s:Envelope>`
}
