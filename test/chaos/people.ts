/** The people of a round, generated from its seed: their first state, and their changes during the round. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zvirka } from '../cli/zvirka.ts'
import { fold } from './checker/words.ts'
import type { Kind } from './histories.ts'
import type { Plan } from './plan.ts'
import type { Dice } from './random.ts'

interface Document {
  readonly type: string
  readonly number: string
  readonly issued_at: string | null
  readonly expiration_date: string | null
  readonly issued_by: string | null
}

interface Employee {
  readonly id: string
  readonly legal_entity_id: string
  readonly employee_type: string
  readonly position: string
  readonly status: string
  readonly is_active: boolean
  readonly start_date: string
}

/** A line of persons.ndjson or parties.ndjson (spec 7.3), with the fields that a round changes. */
export interface Subject {
  readonly id: string
  readonly last_name: string
  readonly documents: readonly Document[]
  /** Of a person. */
  readonly unzr?: string | null
  readonly is_active?: boolean
  /** Of a party. */
  readonly employees?: readonly Employee[]
}

const isPassport = ({ type }: Document) => type === 'PASSPORT' || type === 'NATIONAL_ID'
/** The results of other processes, chosen so that our streams decide the cumulative status. */
const verificationOf = (streams: readonly string[]) =>
  Object.fromEntries(streams.map((stream) => [stream, { status: 'VERIFIED', reason: 'AUTO' }]))
const verification = {
  person: verificationOf(['drfo', 'dracs_death', 'nhs']),
  party: verificationOf(['drfo', 'dracs_death']),
}

/** All people, and what is known about them. */
export class People {
  readonly everHeld = new Map<string, Set<string>>()
  readonly switched = new Set<string>()
  readonly #of: Readonly<Record<Kind, Subject[]>>
  readonly #dice: Dice
  readonly #folder: string
  #files = 0

  private constructor(of: Readonly<Record<Kind, Subject[]>>, dice: Dice, folder: string) {
    this.#of = of
    this.#dice = dice
    this.#folder = folder
  }

  /** Generates people, and registry data for `loadRegistries`, in a folder. */
  static async make(folder: string, plan: Pick<Plan, 'persons' | 'parties' | 'seed'>, dice: Dice): Promise<People> {
    const count = Math.max(plan.persons, plan.parties)
    const generated = await zvirka(
      ['generate', '--persons', String(count), '--seed', String(plan.seed), '--out', folder, '--quiet'],
      {},
    )
    if (generated.code !== 0) throw new Error(`generate: ${generated.err}`)
    const lines = (await readFile(join(folder, 'persons.ndjson'), 'utf8')).trimEnd().split('\n')
    const made = lines.map((line) => JSON.parse(line) as Subject)
    // Documents are shared by several people, so that an answer about one of them reaches others.
    const documentsOf = ({ documents }: Subject, share: number) =>
      dice.chance(share) ? dice.pick(made).documents : documents
    const person = made.slice(0, plan.persons).map((each) => ({ ...each, documents: documentsOf(each, 0.2) }))
    const party = made
      .slice(0, plan.parties)
      .map((each) => ({ ...asParty(each, dice), documents: documentsOf(each, 0.5) }))
    return new People({ person, party }, dice, folder)
  }

  /** A random share of the passports held, for a registry to know. */
  somePassports(share: number): { passType: string; pasSerial: string; pasNumber: string }[] {
    const numbers = new Set(this.#of.person.flatMap(({ documents }) => documents.filter(isPassport)))
    return [...numbers].flatMap(({ type, number }) => {
      if (!this.#dice.chance(share)) return []
      const length = type === 'PASSPORT' ? 2 : 0
      return [{ passType: '0101', pasSerial: number.slice(0, length), pasNumber: number.slice(length) }]
    })
  }

  /** Writes everybody of a kind to a file, for an import. */
  writeAll(kind: Kind): Promise<string> {
    return this.#write(kind, this.#of[kind])
  }

  /** Changes so many people of a kind, and writes their new records to a file. */
  change(kind: Kind, count: number): Promise<string> {
    const all = this.#of[kind]
    const places = new Set(Array.from({ length: count }, () => this.#dice.whole(0, all.length - 1)))
    const changed = [...places].flatMap((place) => {
      const before = all[place]
      if (before === undefined) return []
      const after = this.#changeOf(before)
      all[place] = after
      return [after]
    })
    return this.#write(kind, changed)
  }

  #changeOf(subject: Subject): Subject {
    const dice = this.#dice
    const what = dice.pick(['name', 'shared', 'shared', 'new document', 'no document', 'unzr', 'switch', 'nothing'])
    switch (what) {
      case 'name':
        return { ...subject, last_name: `${subject.last_name}-${dice.pick(['Мала', 'Велика', 'Нова', 'Стара'])}` }
      case 'shared':
        return { ...subject, documents: dice.pick(this.#of.person).documents }
      case 'new document':
        return { ...subject, documents: [newCard(dice)] }
      case 'no document':
        return { ...subject, documents: [] }
      case 'unzr':
        if (subject.unzr === undefined) return subject
        return { ...subject, unzr: dice.pick([dice.pick(this.#of.person).unzr ?? null, '1234', null]) }
      case 'switch':
        this.switched.add(subject.id)
        return switchOf(subject)
      case 'nothing':
        return subject
    }
  }

  async #write(kind: Kind, subjects: readonly Subject[]): Promise<string> {
    for (const subject of subjects) this.#note(subject)
    this.#files += 1
    const file = join(this.#folder, `${kind}-${this.#files}.ndjson`)
    const lines = subjects.map((subject) => JSON.stringify({ ...subject, verification: verification[kind] }))
    await writeFile(file, `${lines.join('\n')}\n`)
    return file
  }

  #note({ id, documents, unzr }: Subject): void {
    const held = this.everHeld.get(id) ?? new Set()
    for (const { number } of documents) held.add(fold(number))
    if (unzr) held.add(fold(unzr))
    this.everHeld.set(id, held)
  }
}

const LEGAL_ENTITY = '5c9ab3d1-53a1-4d0a-8a4f-0f0b9a5b7c11'

/** A person's record as a separate party's, with or without a current employee. */
function asParty(person: Subject, dice: Dice): Subject {
  const { unzr: _, is_active: __, status: ___, ...rest } = person as Subject & { readonly status?: string }
  const employee = {
    id: uuidOf(dice),
    legal_entity_id: LEGAL_ENTITY,
    employee_type: 'DOCTOR',
    position: 'P1',
    status: dice.chance(0.8) ? 'APPROVED' : 'DISMISSED',
    is_active: true,
    start_date: '2020-01-01',
  }
  return { ...rest, id: uuidOf(dice), employees: [employee] }
}

/** Activates or deactivates a person or party. */
function switchOf(subject: Subject): Subject {
  if (subject.is_active !== undefined) return { ...subject, is_active: !subject.is_active }
  const employees = (subject.employees ?? []).map((employee) => ({ ...employee, is_active: !employee.is_active }))
  return { ...subject, employees }
}

function newCard(dice: Dice): Document {
  const number = String(dice.whole(0, 999_999_999)).padStart(9, '0')
  return { type: 'NATIONAL_ID', number, issued_at: '2024-01-01', expiration_date: null, issued_by: null }
}

function uuidOf(dice: Dice): string {
  const hex = Array.from({ length: 8 }, () => dice.whole(0, 0xffff).toString(16).padStart(4, '0')).join('')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
}
