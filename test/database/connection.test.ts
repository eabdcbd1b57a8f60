import { once } from 'node:events'
import { chown, cp, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ConnectionError, connect, splitHosts } from '../../src/database/connection.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { acquireEmbedded } from '../../src/database/embedded/embedded.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { behind, socketOf, startProxy } from '../chaos/proxy.ts'
import { ask, makeClone, type TestClone } from '../support/clones.ts'

describe('a URL of several hosts', () => {
  test('is split into hosts with their ports', () => {
    expect(splitHosts('postgres://u:p%40w@h1:5432,h2:5433/db?sslmode=require')).toEqual([
      'postgres://u:p%40w@h1:5432/db?sslmode=require',
      'postgres://u:p%40w@h2:5433/db?sslmode=require',
    ])
    expect(splitHosts('postgresql://[::1]:5432,h2/db')).toEqual(['postgresql://[::1]:5432/db', 'postgresql://h2/db'])
    expect(splitHosts('postgresql:///db?host=%2Frun')).toEqual(['postgresql:///db?host=%2Frun'])
  })

  test('is taken apart where the hosts are a parameter, with a port for each or one for all', () => {
    expect(splitHosts('postgres://u:p+w@/db?host=h1,h2&port=5432,5433')).toEqual([
      'postgres://u:p+w@/db?host=h1&port=5432',
      'postgres://u:p+w@/db?host=h2&port=5433',
    ])
    expect(splitHosts('postgres:///db?host=%2Frun,h2&port=6000&user=u')).toEqual([
      'postgres:///db?host=%2Frun&port=6000&user=u',
      'postgres:///db?host=h2&port=6000&user=u',
    ])
  })

  test('that is invalid is refused without its content, which contains a password', () => {
    expect(() => splitHosts('mysql://u:secret@h/db')).toThrow(/^DATABASE_URL must begin with postgres:/)
  })
})

test.each([
  ['sslrootcert', 'certificate that can be read (PEM)'],
  ['sslcert', 'certificate that can be read (PEM)'],
  ['sslkey', 'key that can be read (PEM, without a passphrase)'],
])('%s of a URL that names no such file, or an invalid one, is reported by name', async (parameter, kind) => {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-connection-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'file.pem')
  const connecting = () =>
    connect({ url: `postgres://u:topsecret@127.0.0.1:1/db?${parameter}=${file}`, applicationName: 'test' })
  await expect(connecting()).rejects.toThrow(`DATABASE_URL: ${parameter} (${file}) cannot be read: ENOENT`)
  for (const content of ['', 'secret', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
    await writeFile(file, content)
    await expect(connecting()).rejects.toThrow(`DATABASE_URL: ${parameter} (${file}) contains no ${kind}`)
  }
})

describe('a connection', () => {
  test('keeps the options of the URL beside ours, and our application name', async () => {
    const clone = await makeClone()
    onTestFinished(() => clone.remove())
    const { url, release } = await acquireEmbedded({ cloneDirectory: clone.directory })
    const client = await connect({
      url: `${url}&options=${encodeURIComponent('-c search_path=mine -c work_mem=5MB')}&application_name=theirs`,
      applicationName: 'ours',
      session: { work_mem: '7MB', lc_messages: 'C' },
    })
    const settings = ['search_path', 'work_mem', 'application_name']
    const { rows } = await client.query(
      'select array(select current_setting(name) from unnest($1::text[]) name) as set',
      [settings],
    )
    expect(rows).toEqual([{ set: ['mine', '7MB', 'ours'] }])
    await client.end()
    await release()
  })

  test('that fails is reported with the place and the reason, without the password', async () => {
    const failing = connect({ url: 'postgres://user:secret@127.0.0.1:1/db', applicationName: 'tests' })
    const error = await failing.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConnectionError)
    expect(String(error)).toContain('cannot connect to the database at 127.0.0.1:1/db: connect ECONNREFUSED')
    expect(JSON.stringify(error) + inspect(error, { depth: null })).not.toContain('secret')
  })

  test('to several hosts reports for each why it was not used, one line each', async () => {
    const url = 'postgres://user:secret@127.0.0.1:1,127.0.0.1:2/db'
    const error = await connect({ url, applicationName: 'tests' }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ConnectionError', code: 'ECONNREFUSED' })
    expect(String(error).split('\n')).toEqual([
      'ConnectionError: cannot connect to the database:',
      '  127.0.0.1:1/db: connect ECONNREFUSED 127.0.0.1:1',
      '  127.0.0.1:2/db: connect ECONNREFUSED 127.0.0.1:2',
    ])
  })
})

/** A message of the PostgreSQL protocol: letter, length, content. */
function message(letter: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(content.length + 4, 1)
  return Buffer.concat([head, content])
}

test('a server that closes a session in the packet that makes it ready does not crash the process', async () => {
  const fatal = Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0')
  const ready = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I')), message('E', fatal)]
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(Buffer.concat(ready)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const url = `postgresql://zvirka@127.0.0.1:${port}/zvirka?sslmode=disable`
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'tests', max: 1 })
  // An error event without a listener would end the whole test run.
  for (let times = 0; times < 3; times += 1) await expect(database.query({ text: 'select 1' })).rejects.toThrow()
  await database.close()
})

const asPrimary = { wal_level: 'replica', max_wal_senders: '4', hot_standby: 'on' }

function start(clone: TestClone, name = '') {
  return acquireEmbedded({ cloneDirectory: clone.directory, settings: { ...asPrimary, cluster_name: name } })
}

/** Gives copied files the owner of the folder beside them: root copies, but an unprivileged user runs the server. */
async function giveToOwnerOf(folder: string, files: string): Promise<void> {
  const { uid, gid } = await stat(folder)
  for (const name of ['', ...(await readdir(files, { recursive: true }))]) await chown(join(files, name), uid, gid)
}

/** Makes a standby in its own clone: a copy of the stopped server's data. */
async function makeStandby(original: TestClone): Promise<TestClone> {
  const standby = await makeClone()
  onTestFinished(() => standby.remove())
  await (await start(standby)).release()
  const [from, to] = [await original.stateDirectory(), await standby.stateDirectory()]
  await rename(join(to, 'data'), join(to, 'unused'))
  await cp(join(from, 'data'), join(to, 'data'), { recursive: true, preserveTimestamps: true })
  await writeFile(join(to, 'data', 'standby.signal'), '')
  await giveToOwnerOf(to, join(to, 'data'))
  return standby
}

/** A primary and its standby, on migrated data. */
async function startPair() {
  const first = await makeClone()
  onTestFinished(() => first.remove())
  const fresh = await start(first)
  await migrateWithJobs(fresh.url)
  await fresh.release()
  const second = await makeStandby(first)
  return { primary: await start(first, 'first'), standby: await start(second, 'second') }
}

/** A pool with one connection; the servers are tried in this order. */
function openAmong(...servers: readonly { readonly url: string }[]): Database {
  const hosts = servers.map(({ url }) => encodeURIComponent(new URL(url).searchParams.get('host') ?? ''))
  const url = `postgresql://zvirka@${hosts.join(',')}/zvirka?sslmode=disable`
  return openDatabase({ url, role: 'zvirka_owner', applicationName: 'tests', max: 1 })
}

const WHO_ANSWERS = { text: `select current_setting('cluster_name') as at, pg_is_in_recovery() as standby` }

test('of several hosts each connection goes to the writable one, also after a failover', async () => {
  const { primary, standby } = await startPair()
  const database = openAmong(standby, primary)
  const whoAnswers = () => database.query(WHO_ANSWERS)
  expect(await whoAnswers()).toEqual([{ at: 'first', standby: false }])

  await primary.release()
  await ask(standby.url, 'select pg_promote()')
  expect(await whoAnswers().catch(whoAnswers)).toEqual([{ at: 'second', standby: false }])
  await database.close()
  await standby.release()
})

test('of several hosts one that was replaced as the primary is not used, although it accepts writes', async () => {
  const { primary: replaced, standby: promoted } = await startPair()
  const open = () => openAmong(replaced, promoted)
  const [before, one, two] = [open(), open(), open()]
  expect(await before.query(WHO_ANSWERS)).toEqual([{ at: 'first', standby: false }])

  await ask(promoted.url, 'select pg_promote()')
  // This process has not found the promoted one yet.
  expect(await one.query(WHO_ANSWERS)).toEqual([{ at: 'first', standby: false }])
  const learning = openAmong(promoted, replaced)
  expect(await learning.query(WHO_ANSWERS)).toEqual([{ at: 'second', standby: false }])
  // From now on neither an open connection nor a new one goes to the replaced one.
  expect(await before.query(WHO_ANSWERS)).toEqual([{ at: 'second', standby: false }])
  expect(await two.query(WHO_ANSWERS)).toEqual([{ at: 'second', standby: false }])
  await Promise.all([before, one, two, learning].map((database) => database.close()))
  await Promise.all([replaced, promoted].map((server) => server.release()))
})

test('of several hosts an unresponsive one does not delay the writable one', async () => {
  const clone = await makeClone()
  onTestFinished(() => clone.remove())
  const server = await start(clone)
  const [gone, primary] = await Promise.all([1, 2].map(() => startProxy(() => socketOf(server.url))))
  if (gone === undefined || primary === undefined) throw new Error('no proxies')
  onTestFinished(() => Promise.all([gone.close(), primary.close()]).then(() => undefined))
  await gone.set('silent')
  const url = behind(primary, server.url).replace('@', `@127.0.0.1:${gone.port},`)
  const at = performance.now()
  const client = await connect({ url, applicationName: 'tests' })
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(performance.now() - at).toBeLessThan(5000)
  await client.end()
  await server.release()
})
