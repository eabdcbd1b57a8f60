import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createDeaths } from './deaths.ts'
import { createNumbers, nobodyFrom, partiesFrom, partiesOfDayFrom } from './numbers.ts'
import { type LineFile, openLineFile } from './output.ts'
import { couldBeParty, createParties } from './party.ts'
import { createPeople, type GeneratedPerson } from './person.ts'
import { createRandom } from './random.ts'
import {
  type Registers,
  registerNobody,
  registerOtherTaxpayer,
  registerParty,
  registerPerson,
  registerTaxpayer,
  type Taxpayer,
} from './registers.ts'
import { shares } from './shares.ts'
import { createWorkplaces } from './workplaces.ts'

/** The files that are made, by what they hold. */
export const fileNames = {
  persons: 'persons.ndjson',
  parties: 'parties.ndjson',
  invalid: 'invalid_passports.ndjson',
  stolen: 'stolen_passports.ndjson',
  unzr: 'unzr.ndjson',
  drfo: 'drfo.ndjson',
  deaths: 'death_acts.ndjson',
} as const

type Content = keyof typeof fileNames
/** Parties have a file only where some are to be made. */
type Files = Readonly<Record<Exclude<Content, 'parties'>, LineFile>> & { readonly parties?: LineFile }

/** What to make and where. */
interface GenerateOptions {
  readonly persons: number
  /** None unless told. What the persons are does not depend on it. */
  readonly parties?: number
  /** From 0 to 2^32 - 1; the same seed and numbers give the same bytes on every machine. */
  readonly seed: number
  readonly folder: string
  /** Replaces files of the same names. */
  readonly force?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number) => void
}

/** How it ended: with so many lines in each file, with files of those names in the way, or interrupted, in which case nothing is left. */
type Generated =
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

  const files = await openFiles(folder, (options.parties ?? 0) > 0)
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
  const { persons, parties, invalid, stolen, unzr, drfo, deaths } = files
  return {
    kind: 'done',
    lines: {
      ...{ persons: persons.lines, parties: parties?.lines ?? 0 },
      ...{ invalid: invalid.lines, stolen: stolen.lines, unzr: unzr.lines, drfo: drfo.lines },
      deaths: deaths.lines,
    },
  }
}

async function fill(files: Files, options: GenerateOptions): Promise<void> {
  const { persons, parties = 0, seed, signal, onProgress } = options
  // People and registries use separate random sequences, so that a change in one does not affect the other.
  const next = createPeople(createRandom(seed), createNumbers(seed))
  const random = createRandom(seed ^ 0x5eed)
  const registers: Registers = {
    invalid: (entry) => files.invalid.write(entry),
    stolen: (entry) => files.stolen.write(entry),
    unzr: (entry) => files.unzr.write(entry),
    drfo: (entry) => files.drfo.write(entry),
  }
  const ofTaxes = createRandom(seed ^ 0xd2f0)
  const ofDeaths = createRandom(seed ^ 0xdead)
  const deaths = createDeaths(ofDeaths, seed, (entry) => files.deaths.write(entry))
  const register = (who: Taxpayer, deceased: number) => {
    registerTaxpayer(ofTaxes, who, registers)
    if (ofDeaths.chance(deceased)) deaths.of(who)
  }
  const employ = createEmploying(files, options, registers, (party) => register(party, shares.deceasedParty))
  for (let done = 1; done <= persons; done++) {
    const { person, isShared } = next()
    files.persons.write(person)
    registerPerson(random, person, isShared, registers)
    register(person, shares.deceasedPerson)
    employ(person, done)
    if (!files.persons.isFull && files.parties?.isFull !== true) continue
    onProgress?.(done)
    await each(files, (file) => file.flush())
    if (signal?.aborted) return
  }
  onProgress?.(persons)
  await fillWithNobody(files, { people: persons + parties, seed, registers, signal })
}

/**
 * Parties are generated between the persons, so that those who are also patients need not be remembered: each takes the last person who can
 * be a party and is not one yet.
 */
function createEmploying(
  files: Files,
  { persons, parties = 0, seed }: GenerateOptions,
  registers: Registers,
  register: (party: Taxpayer) => void,
): (person: GeneratedPerson, done: number) => void {
  const numbers = createNumbers(seed, partiesFrom, partiesOfDayFrom)
  const next = createParties(createRandom(seed ^ 0x9a27), numbers, createWorkplaces(seed, parties))
  const random = createRandom(seed ^ 0x7e57)
  let patient: GeneratedPerson | undefined
  let made = 0
  return (person, done) => {
    if (couldBeParty(person)) patient = person
    for (; made < Math.floor((parties * done) / persons); made++) {
      const { party, isPatient } = next(patient)
      if (isPatient) patient = undefined
      else {
        registerParty(random, party.documents, registers)
        register(party)
      }
      files.parties?.write(party)
    }
  }
}

interface Filling {
  readonly people: number
  readonly seed: number
  readonly registers: Registers
  readonly signal: AbortSignal | undefined
}

async function fillWithNobody(files: Files, { people, seed, registers, signal }: Filling): Promise<void> {
  const random = createRandom(seed ^ 0x0b0d)
  const ofTaxes = createRandom(seed ^ 0x0d2f)
  const numbers = createNumbers(seed, nobodyFrom)
  const count = Math.max(shares.leastNoise, Math.round(people * shares.noise))
  for (let done = 0; done < count; done++) {
    registerNobody(random, numbers, registers)
    registerOtherTaxpayer(ofTaxes, numbers, registers)
    if (!files.unzr.isFull) continue
    await each(files, (file) => file.flush())
    if (signal?.aborted) return
  }
}

async function openFiles(folder: string, withParties: boolean): Promise<Files> {
  const [persons, invalid, stolen, unzr, drfo, deaths] = await Promise.all([
    openLineFile(folder, fileNames.persons),
    openLineFile(folder, fileNames.invalid),
    openLineFile(folder, fileNames.stolen),
    openLineFile(folder, fileNames.unzr),
    openLineFile(folder, fileNames.drfo),
    openLineFile(folder, fileNames.deaths),
  ])
  const files = { persons, invalid, stolen, unzr, drfo, deaths }
  return withParties ? { ...files, parties: await openLineFile(folder, fileNames.parties) } : files
}

async function each(files: Files, work: (file: LineFile) => Promise<void>): Promise<void> {
  await Promise.all(Object.values(files).map(work))
}

/** Deletes all old files first and writes the people last: an interruption never leaves old files beside new ones. */
async function publish(files: Files, folder: string, old: readonly string[]): Promise<void> {
  for (const name of old) await rm(join(folder, name))
  const { deaths, drfo, unzr, stolen, invalid, parties, persons } = files
  for (const file of [deaths, drfo, unzr, stolen, invalid, parties, persons]) await file?.publish()
}
