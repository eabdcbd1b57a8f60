/** A PostgreSQL for one command, on a loopback port, for parts that cannot reach its socket. */
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideBinaries } from '../../src/database/embedded/binaries.ts'
import { provideData, siteIn } from '../../src/database/embedded/cluster.ts'
import { serverUser } from '../../src/database/embedded/server-user.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'
import { PostgresServer, tell } from '../chaos/postgres.ts'
import { freePort } from '../support/free-port.ts'

/** A running server. */
export interface OwnDatabase {
  /** The URL of an empty database on it. */
  readonly url: string
  close(): Promise<void>
}

/** Starts one in a temporary folder. */
export async function startOwnDatabase(): Promise<OwnDatabase> {
  const user = serverUser()
  const top = await mkdtemp(join(tmpdir(), 'zvirka-own-'))
  const folder = join(top, 'postgres')
  await mkdir(folder)
  for (const path of [top, folder]) if (user !== undefined) await chown(path, user.uid, user.gid)
  const cluster = { ...siteIn(folder, user), binaries: await provideBinaries(top) }
  const sockets = await provideSocketDirectory(folder, user)
  await provideData(cluster, ['--no-sync'])
  const server = new PostgresServer(cluster, sockets)
  await server.start('postgres')
  await tell(server.url.replace('/zvirka?', '/postgres?'), 'create database zvirka')
  const door = createServer((socket) => {
    const inner = connect(join(sockets, '.s.PGSQL.5432'))
    for (const each of [socket, inner]) each.on('error', () => undefined)
    socket.pipe(inner).pipe(socket)
  })
  const port = await freePort()
  door.listen(port, '127.0.0.1')
  return {
    url: `postgres://zvirka@127.0.0.1:${port}/zvirka`,
    async close() {
      door.close()
      await server.stop()
      await rm(top, { recursive: true, force: true })
    },
  }
}
