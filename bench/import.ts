/** An import of persons beside a bare COPY of the same rows into the same tables. `node bench/import.ts [persons]` prints both. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { fileNames, generate } from '../demo/generate/generate.ts'
import { type Database, openDatabase } from '../src/database/database.ts'
import { importPersons } from '../src/imports/persons/persons.ts'
import { openRecordFile } from '../src/records/file.ts'
import { OWN_STREAMS } from '../src/verification/status.ts'
import { startCpu } from './cpu.ts'
import { startBenchServer, USER, verificationTables } from './database.ts'

/** The results of one measurement; rates are persons per second. */
export interface ImportFigures {
  readonly persons: number
  readonly importPerSecond: number
  /** The same file imported again: nobody changes. */
  readonly repeatPerSecond: number
  readonly copyPerSecond: number
  /** Import rate divided by COPY rate. The requirement is at least a quarter. */
  readonly ratio: number
  /** CPU time per person of the first import, in microseconds. */
  readonly nodeMicroseconds: number
  readonly postgresMicroseconds: number
}

const TABLES = ['mpi.persons', 'mpi.person_documents', ...verificationTables('person'), 'zvirka.import_digests']

/** Measures once, on a separate server with fsync on. */
export async function measureImport(persons = 50_000): Promise<ImportFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-bench-import-'))
  const server = await startBenchServer()
  const opened: Database[] = []
  const open = async (name: string) => {
    const database = openDatabase({
      url: await server.create(name),
      role: 'zvirka_app',
      applicationName: 'bench',
      max: 2,
    })
    opened.push(database)
    return database
  }
  try {
    await generate({ persons, seed: 1, folder, force: true })
    const path = join(folder, fileNames.persons)
    const imported = await open('imported')
    const cpuUsed = await startCpu(imported)
    const importSeconds = await timeImport(imported, path, persons, 'new')
    const cpu = await cpuUsed(persons)
    const repeatSeconds = await timeImport(imported, path, persons, 'unchanged')
    const copySeconds = await timeCopy(imported, await open('copied'))
    return {
      persons,
      importPerSecond: persons / importSeconds,
      repeatPerSecond: persons / repeatSeconds,
      copyPerSecond: persons / copySeconds,
      ratio: copySeconds / importSeconds,
      nodeMicroseconds: cpu.node,
      postgresMicroseconds: cpu.postgres,
    }
  } finally {
    for (const database of opened) await database.close()
    await server.release()
    await rm(folder, { recursive: true, force: true })
  }
}

async function timeImport(
  database: Database,
  path: string,
  persons: number,
  fate: 'new' | 'unchanged',
): Promise<number> {
  const begin = performance.now()
  const file = await openRecordFile(path)
  const { counts } = await importPersons(database, { file, userId: USER, served: new Set(OWN_STREAMS) })
  await file.close()
  if (counts[fate] !== persons) throw new Error(`${counts[fate]} of ${persons} persons were ${fate}`)
  return (performance.now() - begin) / 1000
}

async function timeCopy(from: Database, to: Database): Promise<number> {
  let milliseconds = 0
  for (const table of TABLES) {
    const rows = await from.withClient((client) => buffer(client.query(copyTo(`copy ${table} to stdout`))))
    const begin = performance.now()
    await to.withClient((client) => pipeline([rows], client.query(copyFrom(`copy ${table} from stdin`))))
    milliseconds += performance.now() - begin
  }
  return milliseconds / 1000
}

if (import.meta.main) {
  const figures = await measureImport(Number(process.argv[2] ?? 50_000))
  console.log(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))])))
}
