// Rules: spec 7.1.9
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiClient, createUser } from '../../src/access/admin.ts'
import { findPrincipal } from '../../src/access/tokens.ts'
import { sealAudit } from '../../src/audit/seals.ts'
import { createProgram } from '../../src/cli/program.ts'
import { prepareKeys } from '../../src/encryption/known-keys.ts'
import { type Ended, zvirka } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKeys } from '../support/second-factor.ts'

const encryption = testKeys()
let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const call = (args: readonly string[], input?: string): Promise<Ended> =>
  zvirka(args, { DATABASE_URL: db.url }, undefined, input)

const clientArgs = (id: string, type = 'NHS') => [
  ...['client', 'create', '--id', id, '--type', type, '--name', 'НСЗУ', '--edrpou', '42032422'],
]

/** A client and a user with a role in it, made by the commands. */
async function installed(role = 'NHS ADMIN') {
  const client = randomUUID()
  const email = `${randomUUID()}@example.org`
  const by = { userId: randomUUID() }
  await createApiClient(db.database, { id: client, type: 'NHS', name: 'НСЗУ', edrpou: '42032422' }, by)
  const user = await createUser(db.database, { email, role, clientId: client }, by)
  if (user.kind === 'refused') throw new Error(user.reason)
  return { client, email, id: user.value.id }
}

const tokenArgs = (email: string, client: string, scope: string) => [
  ...['token', 'create', '--user', email, '--client', client, '--scope', scope],
]

describe('the first user of an installation', () => {
  test('gets a token, alone on standard output, with the requested scopes that the role has', async () => {
    const client = randomUUID()
    const email = `${randomUUID()}@example.org`
    expect((await call(clientArgs(client))).code).toBe(0)
    const user = await call(['user', 'create', '--email', email, '--role', 'NHS AUDITOR', '--client', client])
    expect([user.code, user.out]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}\n$/)])
    const { code, out, err } = await call(tokenArgs(email, client, 'audit:read person:read'))
    expect(code).toBe(0)
    expect(out).toMatch(/^zvirka_[\w-]{43}\n$/)
    expect(err).toContain('it is not shown again')
    const principal = await findPrincipal(db.database, out.trim())
    expect([...(principal?.scopes ?? [])]).toEqual(['audit:read'])
    expect(principal?.isLegalEntityActive).toBe(true)
  })

  test('keeps the existing legal entity', async () => {
    const id = randomUUID()
    await db.database.query({
      text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, 'Лікарня', '11111111', 'PRIMARY_CARE', 'ACTIVE')`,
      values: [id],
    })
    await call(clientArgs(id, 'MSP'))
    const rows = await db.database.query({
      text: 'select name, type from prm.legal_entities where id = $1',
      values: [id],
    })
    expect(rows).toEqual([{ name: 'Лікарня', type: 'PRIMARY_CARE' }])
  })

  test.each([
    [
      'a role that is none',
      (email: string, client: string) => ['--email', email, '--role', 'NONE', '--client', client],
      'there is no role NONE',
    ],
    [
      'a client that is none',
      (email: string) => ['--email', email, '--role', 'NHS ADMIN', '--client', randomUUID()],
      'there is no client',
    ],
  ])('is refused with %s and leaves nothing behind', async (_, args, reason) => {
    const client = randomUUID()
    await call(clientArgs(client))
    const email = `${randomUUID()}@example.org`
    const { code, err } = await call(['user', 'create', ...args(email, client)])
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(await db.database.query({ text: 'select from mithril.users where email = $1', values: [email] })).toEqual([])
  })

  test('cannot be created twice', async () => {
    const { client, email } = await installed()
    const again = await call(['user', 'create', '--email', email.toUpperCase(), '--role', 'HR', '--client', client])
    expect([again.code, again.err.includes('already')]).toEqual([1, true])
  })
})

describe('a user', () => {
  test('who was blocked does not get earlier tokens back when unblocked', async () => {
    const { client, email } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    expect((await call(['user', 'block', '--email', email])).code).toBe(0)
    expect(await findPrincipal(db.database, value)).toBeUndefined()
    await call(['user', 'unblock', '--email', email])
    expect(await findPrincipal(db.database, value)).toBeUndefined()
    const next = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    expect(await findPrincipal(db.database, next)).toBeDefined()
  })

  test('gets a password from standard input, unless it is weak; this ends all tokens', async () => {
    const { client, email } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    const weak = await call(['user', 'password', '--email', email], 'короткий\n')
    expect([weak.code, weak.err.includes('fewer than 12')]).toEqual([1, true])
    expect((await call(['user', 'password', '--email', email], 'Довгий пароль 1\n')).code).toBe(0)
    expect(await findPrincipal(db.database, value)).toBeUndefined()
    const list = await call(['user', 'list', '--json'])
    expect(JSON.parse(list.out).find((each: { email: string }) => each.email === email)).toMatchObject({
      has_password: true,
    })
    expect(list.out).not.toContain('scrypt')
  })

  test('loses a role immediately, and only the tokens of that client', async () => {
    const [{ client, email }, other] = [await installed(), await installed()]
    await call(['user', 'role', '--email', email, '--role', 'NHS ADMIN', '--client', other.client])
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    const elsewhere = (await call(tokenArgs(email, other.client, 'person:read'))).out.trim()
    await call(['user', 'role', '--email', email, '--role', 'NHS ADMIN', '--client', client, '--remove'])
    expect(await findPrincipal(db.database, value)).toBeUndefined()
    expect(await findPrincipal(db.database, elsewhere)).toBeDefined()
  })
})

describe('a token', () => {
  test('with an unknown scope is refused', async () => {
    const { client, email } = await installed()
    const { code, err } = await call(tokenArgs(email, client, 'person:read nonsense'))
    expect([code, err.includes('there is no scope nonsense')]).toEqual([1, true])
  })

  test('is listed without its value, and ends when it is revoked', async () => {
    const { client, email } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    const { out } = await call(['token', 'list', '--user', email, '--json'])
    const [token] = JSON.parse(out)
    expect(out).not.toContain(value)
    expect((await call(['token', 'revoke', token.id])).code).toBe(0)
    expect(await findPrincipal(db.database, value)).toBeUndefined()
    expect((await call(['token', 'revoke', token.id])).code).toBe(1)
  })

  test('is found by its value on standard input, and secret scanners recognise it', async () => {
    const { client, email, id } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    expect(value).toMatch(/^zvirka_[\w-]{43}$/)
    const { code, out } = await call(['token', 'find', '--json'], `Bearer ${value}\n`)
    expect([code, JSON.parse(out)]).toMatchObject([0, { user_id: id, client_id: client, scope: 'person:read' }])
    expect(out).not.toContain(value)
    const unknown = await call(['token', 'find'], `${value}x\n`)
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('no token has this value')])
  })

  test('is repeated in no error message, wherever it was typed', async () => {
    const { client, email } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    for (const args of [
      ['token', 'revoke', value],
      ['token', value],
      [value],
      ['token', 'find', value],
      ['token', 'list', `--${value}`],
      ['token', 'create', '--client', value],
    ]) {
      const { code, out, err } = await call(args, '\n')
      expect(code).toBeGreaterThan(0)
      expect(out + err).not.toContain(value.slice(8))
    }
  })

  test('shows its last use, accurate to an hour', async () => {
    const { client, email } = await installed()
    const value = (await call(tokenArgs(email, client, 'person:read'))).out.trim()
    const owner = db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: `update mithril.tokens set used_at = now() - interval '3 hours'` })
    const used = async () => JSON.parse((await call(['token', 'list', '--user', email, '--json'])).out)[0].used_at
    const before = await used()
    await findPrincipal(db.database, value)
    const after = await used()
    expect(Date.parse(after) - Date.parse(before)).toBeGreaterThan(2 * 3_600_000)
    await findPrincipal(db.database, value)
    expect(await used()).toBe(after)
  })
})

describe('a second factor', () => {
  test('is removed by a command; for a user without one the command is refused', async () => {
    const { email, id } = await installed()
    await prepareKeys(db.database, encryption)
    const { keyId, bytes } = encryption.seal('x', Buffer.of(1))
    await db.open({ role: 'zvirka_owner', max: 1 }).query({
      text: `insert into mithril.second_factors (user_id, key_id, secret, confirmed_at, last_step) values ($1, $2, $3, now(), 1)`,
      values: [id, keyId, bytes],
    })
    expect((await call(['user', 'list'])).out).toMatch(new RegExp(`${email} .*second factor`))
    const { code, err } = await call(['user', 'reset-second-factor', '--email', email.toUpperCase()])
    expect([code, err]).toEqual([0, expect.stringContaining('second factor removed')])
    expect((await call(['user', 'list'])).out).not.toMatch(new RegExp(`${email} .*second factor`))
    const again = await call(['user', 'reset-second-factor', '--email', email])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('the user has no second factor')])
    const records = await db.database.query({
      text: `select operator, subject_ids from zvirka.audit where operation = 'user reset-second-factor'`,
    })
    expect(records).toEqual([{ operator: `${userInfo().username}@${hostname()}`, subject_ids: [id] }])
  })
})

describe('reads and writes of commands are audited with the operating system’s user', () => {
  /** Commands that show nothing about anybody and change no stored data. Servers and workers audit what they do themselves. */
  const UNRECORDED: Readonly<Record<string, string>> = {
    start: 'serves',
    api: 'serves',
    worker: 'serves',
    simulator: 'serves made-up registries',
    status: 'counts',
    'run list': 'counts',
    'run show': 'counts',
    doctor: 'reports settings',
    'erase party': 'always refuses',
    'keys list': 'counts',
    'keys add': 'writes a file of the machine, and needs no database',
    generate: 'writes files of made-up people',
  }
  /** Audited in other tests: they need a registry, a run, an OpenID account or an empty database. */
  const ELSEWHERE = [
    ...[
      'sync',
      'run pause',
      'run resume',
      'run stop',
      'hold',
      'release',
      'restored',
      'recheck',
      'expire',
      'call',
      'migrate',
    ],
    ...['import parties', 'explain party', 'client create', 'user create', 'user link', 'user reset-second-factor'],
    ...['keys rotate', 'keys forget', 'erase confirm', 'erase withdraw'],
  ]
  const RECORDED: Readonly<
    Record<string, (of: Awaited<ReturnType<typeof installed>> & { person: string; file: string }) => string[]>
  > = {
    'import persons': ({ file }) => [file, '--quiet'],
    'explain person': ({ person }) => [person],
    'erase person': ({ person }) => [person, '--dry-run'],
    'erase list': () => [],
    'audit verify': () => [],
    'audit head': () => [],
    'audit list': ({ person }) => ['--subject', person],
    'user list': () => [],
    'client list': () => [],
    'token list': () => [],
    'token find': () => [],
    'user role': ({ email, client }) => ['--email', email, '--role', 'NHS AUDITOR', '--client', client],
    'user block': ({ email }) => ['--email', email],
    'user unblock': ({ email }) => ['--email', email],
    'user password': ({ email }) => ['--email', email],
    'token create': ({ email, client }) => ['--user', email, '--client', client, '--scope', 'person:read'],
    'token revoke': () => [randomUUID()],
  }

  test('every command states how it is recorded, or why it is not', async () => {
    const leaves = (command: Command, path: string): string[] =>
      command.commands.length === 0
        ? [path]
        : command.commands.flatMap((each) => leaves(each, `${path} ${each.name()}`.trim()))
    const all = leaves(await createProgram([]), '')
    const known = [...Object.keys(RECORDED), ...Object.keys(UNRECORDED), ...ELSEWHERE]
    expect(all.toSorted()).toEqual(known.toSorted())
  })

  test('each of them', async () => {
    const file = join(tmpdir(), `${randomUUID()}.ndjson`)
    const person = randomUUID()
    const record = { id: person, last_name: 'Шевченко', first_name: 'Оксана', birth_date: '1985-05-05', documents: [] }
    await writeFile(file, `${JSON.stringify(record)}\n`)
    const of = { ...(await installed()), person, file }
    await sealAudit(db.database)
    const operator = `${userInfo().username}@${hostname()}`
    for (const [name, argumentsOf] of Object.entries(RECORDED)) {
      const [{ last = 0 } = {}] = await db.database.query<{ last: number }>({
        text: 'select max(id) as last from zvirka.audit',
      })
      const { code, err } = await call([...name.split(' '), ...argumentsOf(of)], 'Правильний Пароль 2026 дуб\n')
      const records = await db.database.query({
        text: 'select operation, operator, action, subject_ids from zvirka.audit where id > $1',
        values: [last],
      })
      if (name === 'token revoke') {
        expect([code, records]).toEqual([1, []])
        continue
      }
      // The text on standard input is not a valid token.
      expect([name, code, err]).toEqual([name, name === 'token find' ? 1 : 0, expect.any(String)])
      expect(records).toMatchObject([{ operation: name, operator }])
      if (/person/.test(name)) expect(records).toMatchObject([{ subject_ids: [person] }])
    }
  })
})

test('every act is recorded, without a name', async () => {
  const { client } = await installed()
  const email = `${randomUUID()}@example.org`
  const id = (await call(['user', 'create', '--email', email, '--role', 'HR', '--client', client])).out.trim()
  const rows = await db.database.query<{ operation: string }>({
    text: 'select operation from zvirka.audit where $1 = any (subject_ids)',
    values: [id],
  })
  expect(rows).toEqual([{ operation: 'user create' }])
  const [all] = await db.database.query<{ text: string }>({
    text: `select string_agg(a::text, ' ') as text from zvirka.audit a`,
  })
  expect(all?.text).not.toContain(email)
})
