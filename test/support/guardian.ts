/**
 * Runs the PostgreSQL of one test run and stops it when the run ends in any way: standard input closes when the run's process is gone, even
 * if killed. Prints the folder of the socket as the first line.
 */
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideBinaries } from '../../src/database/embedded/binaries.ts'
import { provideData, siteIn, startServer } from '../../src/database/embedded/cluster.ts'
import { stopServer } from '../../src/database/embedded/postmaster.ts'
import { serverUser } from '../../src/database/embedded/server-user.ts'
import { serverSettings } from '../../src/database/embedded/settings.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'

/** Nothing outlives a test run, so nothing needs to be durable. */
const volatileSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_compression: 'off',
  max_wal_size: '256MB',
  shared_buffers: '256MB',
  // Several files run at once, and some briefly open a dozen pools of ten.
  max_connections: '500',
  deadlock_timeout: '50ms',
  // Most databases are gone before autovacuum would start.
  autovacuum_naptime: '1min',
}

const STOP_TIMEOUT_MS = 10_000

async function main(): Promise<void> {
  const user = serverUser()
  const directory = await mkdtemp(join(tmpdir(), 'zvirka-test-'))
  const site = siteIn(directory, user)
  const inputEnds = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('error', () => resolve())
    process.stdin.resume()
  })
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid)
    const cluster = { ...site, binaries: await provideBinaries(directory) }
    await provideData(cluster, ['--no-sync'])
    const socketDirectory = await provideSocketDirectory(directory, user)
    const { ended } = await startServer(cluster, { ...serverSettings(socketDirectory), ...volatileSettings })
    console.log(socketDirectory)
    const crash = await Promise.race([inputEnds, ended])
    if (typeof crash === 'string') console.error(crash)
    await stopServer(site.dataDirectory, STOP_TIMEOUT_MS)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

await main()
