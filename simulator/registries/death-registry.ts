import type { DeathRecord } from './records.ts'

/** The person asked about; the birth date is YYYY-MM-DD. */
interface Deceased {
  readonly surname: string
  readonly name: string
  readonly patronymic: string
  readonly birthDate: string
}

/**
 * Acts of death. A search needs an equal birth date and names that differ by at most one letter each; the patronymic counts if both have
 * one. These rules are invented: the real register's are not public.
 */
export class DeathRegistry {
  readonly #byBirth = new Map<string, DeathRecord[]>()
  #size = 0

  /** The number of records; each operation on an act is one. */
  get size(): number {
    return this.#size
  }

  /** Adds a record: an act, or a later operation on it. */
  add(record: DeathRecord): void {
    const day = dayOf(record.date_birth)
    const others = this.#byBirth.get(day)
    if (others === undefined) this.#byBirth.set(day, [record])
    else others.push(record)
    this.#size += 1
  }

  /** Removes all records of an act; false if there were none. */
  delete(number: string): boolean {
    const before = this.#size
    for (const [day, records] of this.#byBirth) {
      const others = records.filter((record) => record.ar_reg_number !== number)
      this.#size -= records.length - others.length
      this.#byBirth.set(day, others)
    }
    return this.#size < before
  }

  /** The matching acts as of that time, each in the state of its last operation. An act without a birth date matches by its names. */
  find(asked: Deceased, at: Date): DeathRecord[] {
    const born = [...(this.#byBirth.get(asked.birthDate) ?? []), ...(this.#byBirth.get('') ?? [])]
    const last = new Map<string | DeathRecord, DeathRecord>()
    for (const record of born.filter((each) => isAbout(each, asked))) {
      if (timeOf(record) > at.getTime()) continue
      const act = record.ar_reg_number ?? record
      const known = last.get(act)
      if (known === undefined || timeOf(known) <= timeOf(record)) last.set(act, record)
    }
    return [...last.values()]
  }
}

function timeOf({ op_date }: DeathRecord): number {
  return Date.parse(op_date ?? '1970-01-01T00:00:00Z')
}

/** A birth date in any format that acts use, as YYYY-MM-DD; '' for anything else. */
function dayOf(text: string | null | undefined): string {
  const [, year, month, day, d, m, y] =
    /^(?:(\d{4})-(\d{2})-(\d{2})|(\d{2})\.(\d{2})\.(\d{4}))(?!\d)/.exec(text ?? '') ?? []
  if (year !== undefined) return `${year}-${month}-${day}`
  return y === undefined ? '' : `${y}-${m}-${d}`
}

function isAbout(record: DeathRecord, { surname, name, patronymic }: Deceased): boolean {
  const [theirs, asked] = [folded(record.patronymic), folded(patronymic)]
  return (
    isNear(folded(record.surname), folded(surname)) &&
    isNear(folded(record.name), folded(name)) &&
    (theirs === '' || asked === '' || isNear(theirs, asked))
  )
}

function folded(name: string | null | undefined): string {
  return (name ?? '')
    .normalize('NFC')
    .toUpperCase()
    .replaceAll(/[^\p{L}]/gu, '')
}

/** Whether two words differ by at most one letter (replaced, missing or added). */
function isNear(one: string, other: string): boolean {
  let [start, end] = [0, 0]
  const shorter = Math.min(one.length, other.length)
  while (start < shorter && one[start] === other[start]) start += 1
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  return Math.max(one.length, other.length) - start - end <= 1
}
