/**
 * What DRFO does to people, one at a time, from the tables of spec 8.5 and 8.6: an independent implementation to compare with the engine.
 */
import type { TestDocument } from './people.ts'

export interface Somebody {
  readonly kind: 'person' | 'party'
  readonly id: string
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  readonly birth_date: string
  readonly tax_id: string | null
  readonly no_tax_id: boolean
  readonly documents: readonly TestDocument[]
  readonly isActive: boolean
}

export interface Held {
  status: string
  reason: string
  /** The number of the linked row in `mimir`. */
  data: string | null
  code: number | null
  isSynced: boolean
  isUnverified: boolean
}

export const UNCHECKED: Held = {
  ...{ status: 'VERIFICATION_NEEDED', reason: 'INITIAL', data: null, code: null },
  ...{ isSynced: false, isUnverified: false },
}

export class DrfoModel {
  readonly held = new Map<string, Held>()
  /** Rows of `mimir` by number: who was asked about last, and the code. */
  readonly rows = new Map<string, string>()
  readonly asked: string[] = []
  readonly history: string[] = []
  readonly #people: readonly Somebody[]
  readonly #codeOf: (rnokpp: string, who: Somebody) => number

  readonly #today: string
  /** Anyone born later is 14 at most. */
  readonly #youngAfter: string

  constructor(people: readonly Somebody[], today: string, codeOf: (rnokpp: string, who: Somebody) => number) {
    this.#today = today
    this.#youngAfter = `${Number(today.slice(0, 4)) - 15}${today.slice(4)}`
    this.#people = people
    this.#codeOf = codeOf
    for (const { id } of people) this.held.set(id, { ...UNCHECKED })
  }

  /** A whole run of a kind over everybody not checked yet, by id. */
  run(kind: 'person' | 'party'): void {
    const due = this.#people
      .filter((who) => who.kind === kind && who.isActive)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1))
    for (const who of due) if (!this.held.get(who.id)?.isSynced) this.#check(who)
  }

  #check(who: Somebody): void {
    const wrong = this.#wrongWith(who)
    if (wrong === 'young') this.#write(who, '1.1', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', null, null)
    else if (wrong !== undefined) this.#write(who, '1.1', 'NOT_VERIFIED', wrong, null, null)
    else this.#ask(who)
  }

  #ask(who: Somebody): void {
    const number = who.tax_id || this.#documentOf(who)?.number || ''
    this.asked.push(number)
    const code = this.#codeOf(number, who)
    if (code === 0 || (code === 2 && who.kind === 'party')) this.#keep(number, who, code)
    else if (code === 2) this.#write(who, '5', 'NOT_VERIFIED', 'AUTO', null, code)
    else if (code === 1 || code === 3 || code === 4 || code === 42) {
      const isSpared = who.kind === 'person' && who.birth_date > this.#youngAfter
      this.#write(who, '5', isSpared ? 'VERIFIED' : 'NOT_VERIFIED', 'AUTO', null, code)
    }
  }

  #keep(number: string, who: Somebody, code: number): void {
    this.rows.set(number, `${nameOf(who)} ${code}`)
    const others = this.#people.filter(
      (each) => each !== who && this.held.get(each.id)?.data === number && nameOf(each) === nameOf(who),
    )
    const write = (each: Somebody, step: string) =>
      code === 0
        ? this.#write(each, step, 'VERIFIED', 'AUTO', number, 0)
        : this.#write(each, step, 'NOT_VERIFIED', 'AUTO', each.kind === 'party' ? number : null, code)
    write(who, code === 0 ? '4' : '5')
    for (const each of others)
      if (each.kind === 'party' || each.isActive) write(each, each.kind === who.kind ? '4.1' : '4.2')
  }

  #wrongWith({ kind, tax_id, no_tax_id, birth_date, ...who }: Somebody): string | undefined {
    const isFalse = no_tax_id ? !/^(\d{9}|..\d{6})$/.test(tax_id ?? '') : !/^\d{10}$/.test(tax_id ?? '')
    if (tax_id && isFalse) return 'INVALID_RNOKPP_FORMAT'
    if (birth_date > this.#today || birth_date < '1900-01-01') return 'INVALID_BIRTH_DATE'
    if (tax_id) return undefined
    if (kind === 'person' && birth_date > this.#youngAfter) return 'young'
    if (kind === 'person' && this.#documentOf(who) !== undefined) return undefined
    return 'TAX_ID_AND_PASSPORT_DOCUMENT_ABSENT'
  }

  #documentOf({ documents }: Pick<Somebody, 'documents'>): TestDocument | undefined {
    const good = documents.filter(
      ({ type, number, expiration_date: until }) =>
        (until === undefined || until >= this.#today) &&
        ((type === 'NATIONAL_ID' && number.length === 9) || (type === 'PASSPORT' && /^АБ\d{6}$/.test(number))),
    )
    return good.toSorted((left, right) => ((left.issued_at ?? '') < (right.issued_at ?? '') ? 1 : -1))[0]
  }

  #write(who: Somebody, step: string, status: string, reason: string, data: string | null, code: number | null): void {
    this.held.set(who.id, { status, reason, data, code, isSynced: true, isUnverified: status === 'NOT_VERIFIED' })
    this.history.push(`${who.id} ${step} ${status} ${reason}`)
  }
}

function nameOf({ last_name, first_name, second_name, birth_date }: Somebody): string {
  return [last_name, first_name, second_name ?? '', birth_date].join(' ').toLowerCase()
}
