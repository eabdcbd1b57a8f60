/** Reads the registry files of spec 7.3 from a folder. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type DataSetCount, loadDataSet } from './data-set.ts'
import { DeathRegistry } from './death-registry.ts'
import { forEachLine } from './lines.ts'
import { type Passport, PassportSet } from './passport-set.ts'
import { Problems } from './problems.ts'
import { RecordRegistry } from './record-registry.ts'
import { type DrfoRecord, deathRecordSchema, drfoRecordSchema, type UnzrRecord, unzrRecordSchema } from './records.ts'

/** The registers that the services use. */
export interface SimulatedRegisters {
  readonly invalidPassports: PassportSet
  readonly stolenPassports: PassportSet
  readonly unzr: RecordRegistry<UnzrRecord>
  readonly drfo: RecordRegistry<DrfoRecord>
  readonly deaths: DeathRegistry
}

/** The registers that were read; notes are one line each, for the simulator's output. */
interface LoadedRegisters {
  readonly registers: SimulatedRegisters
  readonly notes: readonly string[]
}

/** A line of `invalid_passports.ndjson` or `stolen_passports.ndjson`. */
export const passportRecordSchema = z.object({
  pass_type: z.string().regex(/^[0-9]{4}$/, 'is not four digits'),
  pas_serial: z.string().nullish(),
  pas_number: z.string().min(1, 'is empty'),
})

/** The passport of a record. */
export function passportOf(record: z.infer<typeof passportRecordSchema>): Passport {
  return { passType: record.pass_type, pasSerial: record.pas_serial ?? '', pasNumber: record.pas_number }
}

/** Empty registers. */
export function emptyRegisters(): SimulatedRegisters {
  return {
    invalidPassports: new PassportSet(),
    stolenPassports: new PassportSet(),
    unzr: new RecordRegistry(unzrRecordSchema, ({ unzr }) => unzr),
    drfo: new RecordRegistry(drfoRecordSchema, ({ rnokpp }) => rnokpp),
    deaths: new DeathRegistry(),
  }
}

/**
 * Reads `invalid_passports.ndjson`, `stolen_passports.ndjson`, `unzr.ndjson`, `drfo.ndjson`, `death_acts.ndjson` and, if present, the open
 * data set `stolen_passports.json` (or the file `dataSet`). A missing file is an empty register and a note. Bad lines are reported as one
 * `RegistryFileError` that names the file and each line.
 */
export async function loadRegistries(directory: string, options: { dataSet?: string } = {}): Promise<LoadedRegisters> {
  const registers = emptyRegisters()
  const notes: string[] = []
  // A missing folder is a mistake, not an empty register.
  await access(directory)
  const read = async (name: string, load: (path: string, name: string) => Promise<string>) => {
    const path = join(directory, name)
    notes.push(`${name}: ${(await exists(path)) ? await load(path, name) : 'not there, this register is empty'}`)
  }
  await read('invalid_passports.ndjson', (path, name) => loadPassports(path, name, registers.invalidPassports))
  await read('stolen_passports.ndjson', (path, name) => loadPassports(path, name, registers.stolenPassports))
  await read('unzr.ndjson', (path, name) => loadPeople(path, name, unzrRecordSchema, registers.unzr))
  await read('drfo.ndjson', (path, name) => loadPeople(path, name, drfoRecordSchema, registers.drfo))
  await read('death_acts.ndjson', (path, name) => loadDeaths(path, name, registers.deaths))
  const dataSet = options.dataSet ?? join(directory, 'stolen_passports.json')
  if (options.dataSet !== undefined || (await exists(dataSet))) {
    const count = await loadDataSet(dataSet, dataSet, registers.stolenPassports)
    notes.push(`${dataSet}: ${describe(count)}`)
  }
  return { registers, notes }
}

async function loadPassports(path: string, name: string, into: PassportSet): Promise<string> {
  const before = into.size
  await forEachRecord(path, name, passportRecordSchema, (record) => into.add(passportOf(record)))
  return `${into.size - before} passports`
}

async function loadPeople<T>(
  path: string,
  name: string,
  schema: z.ZodType<T>,
  into: RecordRegistry<T>,
): Promise<string> {
  await forEachRecord(path, name, schema, (record, line) => into.addLine(record, line))
  return `${into.size} people`
}

async function loadDeaths(path: string, name: string, into: DeathRegistry): Promise<string> {
  await forEachRecord(path, name, deathRecordSchema, (record) => into.add(record))
  return `${into.size} acts of death`
}

async function forEachRecord<T>(
  path: string,
  name: string,
  schema: z.ZodType<T>,
  take: (record: T, line: Buffer) => void,
): Promise<void> {
  const problems = new Problems(name)
  await forEachLine(path, (line, number) => {
    let value: unknown
    try {
      value = JSON.parse(line.toString('utf8'))
    } catch {
      problems.add(number, 'this line is no JSON')
      return
    }
    const record = schema.safeParse(value)
    if (record.success) take(record.data, line)
    else problems.add(number, reasonOf(record.error))
  })
  problems.throwIfAny()
}

/** Names the fields and their problems, without their values. */
function reasonOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length === 0 ? 'the line' : issue.path.join('.')}: ${messageOf(issue)}`)
    .join('; ')
}

function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' ? issue.message.replace('Invalid input: ', '') : issue.message
}

function describe(count: DataSetCount): string {
  const left = [
    count.found_again > 0 ? `${count.found_again} found again` : '',
    count.no_number > 0 ? `${count.no_number} without a number` : '',
  ].filter((each) => each !== '')
  return `${count.taken} lost or stolen passports${left.length > 0 ? `, left out ${left.join(' and ')}` : ''}`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
