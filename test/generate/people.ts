import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeathEntry } from '../../demo/generate/deaths.ts'
import { fileNames, generate } from '../../demo/generate/generate.ts'
import type { GeneratedParty } from '../../demo/generate/party.ts'
import type { GeneratedPerson } from '../../demo/generate/person.ts'
import type { DrfoEntry, PassportEntry, UnzrEntry } from '../../demo/generate/registers.ts'

/** The output of one generator run: the bytes, and the records in them. */
export interface World {
  readonly bytes: Readonly<Record<keyof typeof fileNames, Buffer>>
  readonly persons: readonly GeneratedPerson[]
  readonly parties: readonly GeneratedParty[]
  readonly invalid: readonly PassportEntry[]
  readonly stolen: readonly PassportEntry[]
  readonly unzr: readonly UnzrEntry[]
  readonly drfo: readonly DrfoEntry[]
  readonly deaths: readonly DeathEntry[]
}

function records(bytes: Buffer): never[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): never => JSON.parse(line) as never)
}

/** Runs the work in a folder that is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-generate-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs the generator and reads what it wrote. */
export async function makeWorld(persons: number, seed: number, parties = 0): Promise<World> {
  return await inFolder(async (folder) => {
    await generate({ persons, parties, seed, folder })
    const read = (name: string) => readFile(join(folder, name))
    const bytes = {
      persons: await read(fileNames.persons),
      invalid: await read(fileNames.invalid),
      stolen: await read(fileNames.stolen),
      unzr: await read(fileNames.unzr),
      drfo: await read(fileNames.drfo),
      deaths: await read(fileNames.deaths),
      parties: parties > 0 ? await read(fileNames.parties) : Buffer.alloc(0),
    }
    return {
      bytes,
      persons: records(bytes.persons),
      parties: records(bytes.parties),
      invalid: records(bytes.invalid),
      stolen: records(bytes.stolen),
      unzr: records(bytes.unzr),
      drfo: records(bytes.drfo),
      deaths: records(bytes.deaths),
    }
  })
}

/** The key by which a registry is asked about a document. */
export function keyOf({ pas_serial, pas_number }: Pick<PassportEntry, 'pas_serial' | 'pas_number'>): string {
  return `${pas_serial ?? ''}${pas_number}`
}
