import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createNumbers, nobodyFrom } from './numbers.ts'
import { type LineFile, openLineFile } from './output.ts'
import { createPeople } from './person.ts'
import { createRandom } from './random.ts'
import { type Registers, registerNobody, registerPerson } from './registers.ts'
import { shares } from './shares.ts'

/** The files that are made, by what they hold. */
export const fileNames = {
  persons: 'persons.ndjson',
  invalid: 'invalid_passports.ndjson',
  stolen: 'stolen_passports.ndjson',
  unzr: 'unzr.ndjson',
} as const

type Content = keyof typeof fileNames
type Files = Readonly<Record<Content, LineFile>>

/** What to make and where. */
export interface GenerateOptions {
  readonly persons: number
  /** From 0 to 2^32 - 1; the same seed and number give the same bytes on every machine. */
  readonly seed: number
  readonly folder: string
  /** Replaces files of the same names. */
  readonly force?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number) => void
}

/** How it ended: with so many lines in each file, with files of those names in the way, or interrupted, in which case nothing is left. */
export type Generated =
  | { readonly kind: 'done'; readonly lines: Readonly<Record<Content, number>> }
  | { readonly kind: 'in_the_way'; readonly names: readonly string[] }
  | { readonly kind: 'interrupted' }

/** Writes made-up people and the registries that fit them (spec 7.1, 7.3), in flat memory, to a folder that is made if it is not there. */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { folder, force = false, signal } = options
  await mkdir(folder, { recursive: true })
  const names: readonly string[] = Object.values(fileNames)
  const inTheWay = (await readdir(folder)).filter((name) => names.includes(name))
  if (inTheWay.length > 0 && !force) return { kind: 'in_the_way', names: inTheWay.sort() }

  const files = await openFiles(folder)
  try {
    await fill(files, options)
    if (signal?.aborted) {
      await each(files, (file) => file.discard())
      return { kind: 'interrupted' }
    }
    await each(files, (file) => file.close())
    await publish(files, folder, inTheWay)
  } catch (error) {
    await each(files, (file) => file.discard())
    throw error
  }
  const { persons, invalid, stolen, unzr } = files
  return {
    kind: 'done',
    lines: { persons: persons.lines, invalid: invalid.lines, stolen: stolen.lines, unzr: unzr.lines },
  }
}

async function fill(files: Files, { persons, seed, signal, onProgress }: GenerateOptions): Promise<void> {
  // People and registries draw from sequences of their own, so that a change in one leaves the other as it is.
  const next = createPeople(createRandom(seed), createNumbers(seed))
  const random = createRandom(seed ^ 0x5eed)
  const registers: Registers = {
    invalid: (entry) => files.invalid.write(entry),
    stolen: (entry) => files.stolen.write(entry),
    unzr: (entry) => files.unzr.write(entry),
  }
  for (let done = 1; done <= persons; done++) {
    const { person, isShared } = next()
    files.persons.write(person)
    registerPerson(random, person, isShared, registers)
    if (!files.persons.isFull) continue
    onProgress?.(done)
    await each(files, (file) => file.flush())
    if (signal?.aborted) return
  }
  onProgress?.(persons)
  await fillWithNobody(files, { persons, seed, registers, signal })
}

interface Filling {
  readonly persons: number
  readonly seed: number
  readonly registers: Registers
  readonly signal: AbortSignal | undefined
}

async function fillWithNobody(files: Files, { persons, seed, registers, signal }: Filling): Promise<void> {
  const random = createRandom(seed ^ 0x0b0d)
  const numbers = createNumbers(seed, nobodyFrom)
  const count = Math.max(shares.leastNoise, Math.round(persons * shares.noise))
  for (let done = 0; done < count; done++) {
    registerNobody(random, numbers, registers)
    if (!files.unzr.isFull) continue
    await each(files, (file) => file.flush())
    if (signal?.aborted) return
  }
}

async function openFiles(folder: string): Promise<Files> {
  const [persons, invalid, stolen, unzr] = await Promise.all([
    openLineFile(folder, fileNames.persons),
    openLineFile(folder, fileNames.invalid),
    openLineFile(folder, fileNames.stolen),
    openLineFile(folder, fileNames.unzr),
  ])
  return { persons, invalid, stolen, unzr }
}

async function each(files: Files, work: (file: LineFile) => Promise<void>): Promise<void> {
  await Promise.all(Object.values(files).map(work))
}

/** The old files go first, all of them, and the people come last: whatever cuts this short, no old file stands beside a new one. */
async function publish(files: Files, folder: string, old: readonly string[]): Promise<void> {
  for (const name of old) await rm(join(folder, name))
  for (const file of [files.unzr, files.stolen, files.invalid, files.persons]) await file.publish()
}
