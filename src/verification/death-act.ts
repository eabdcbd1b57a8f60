/**
 * Acts of death of the register of civil status (DRACS): their fields and whether they count (spec 8.3, 8.4, 8.9). Personal data, of the
 * dead and also of people who are not patients.
 */

/** A document that was seized with an act; its fields have the names that the register sent. */
export type SeizedDocument = Readonly<Record<string, string>>

/** The text fields of an act, named as the columns of `mimir.dracs_death_acts`. */
export const ACT_TEXTS = [
  ...(['ar_reg_number', 'ar_op_name', 'reg_numb', 'compose_date', 'compose_org'] as const),
  ...(['name', 'surname', 'patronymic', 'date_birth', 'birth_state', 'birth_region', 'birth_district'] as const),
  ...([
    'birth_locality_type',
    'birth_locality',
    'sex',
    'numident',
    'date_death',
    'state',
    'region',
    'district',
  ] as const),
  ...(['locality_type', 'locality', 'street', 'house', 'apartment'] as const),
] as const
/** The name of a text field. */
export type ActText = (typeof ACT_TEXTS)[number]

/** The instant fields of an act, ISO 8601; null if unreadable. */
export const ACT_INSTANTS = ['ar_reg_date', 'op_date'] as const
/** The name of an instant field. */
export type ActInstant = (typeof ACT_INSTANTS)[number]

/** An act as received. Birth and death dates keep their original text; `readDay` parses them. */
export interface DeathAct extends Readonly<Record<ActText | ActInstant, string | null>> {
  /** Identifies an act: its registration number, or else a digest of its content. */
  readonly key: string
  readonly is_restore: number | null
  readonly doc_seizes: readonly SeizedDocument[]
}

const LIVE: readonly string[] = ['1', '4', 'РЕЄСТРАЦІЯ АЗ']
const ANNULMENTS: readonly string[] = ['2', '3', 'АНУЛЮВАННЯ АЗ', 'ВИДАЛЕННЯ АЗ']

/** The meaning of an act's operation: a registered death, an annulment, or unknown. */
export function operationOf(act: Pick<DeathAct, 'ar_op_name'>): 'live' | 'annulled' | 'unknown' {
  const name = (act.ar_op_name ?? '').trim().toUpperCase()
  if (LIVE.includes(name)) return 'live'
  return ANNULMENTS.includes(name) ? 'annulled' : 'unknown'
}

/** Whether an act says who died. Without a surname, a name or a birth date it is stored but not compared. */
export function isReadable({ surname, name, date_birth }: Pick<DeathAct, 'surname' | 'name' | 'date_birth'>): boolean {
  return [surname, name, date_birth].every((value) => value !== null && value.trim() !== '')
}

/** What an act counts for; `unreadable`: it is live and does not say who died. */
export const ACT_OUTCOMES = ['live', 'annulled', 'unknown', 'unreadable'] as const
/** One of them. */
type ActOutcome = (typeof ACT_OUTCOMES)[number]

/** What an act counts for. Nobody is declared dead by an operation that we do not know: only a `live` act is compared with people. */
export function outcomeOfAct(act: DeathAct): ActOutcome {
  const operation = operationOf(act)
  return operation === 'live' && !isReadable(act) ? 'unreadable' : operation
}

/** Whether an act is compared with people at all. */
export function isCompared(act: DeathAct): boolean {
  return outcomeOfAct(act) === 'live'
}

const DAY =
  /^(?:(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})|(?<d>\d{2})\.(?<m>\d{2})\.(?<y>\d{4}))(?:[T ]\d{2}:\d{2}.*)?$/s

/** Converts `dd.mm.yyyy` or `yyyy-mm-dd`, with or without a time, to `yyyy-mm-dd`; null for anything else or an impossible date. */
export function readDay(text: string | null): string | null {
  const found = DAY.exec((text ?? '').trim())?.groups
  if (found === undefined) return null
  const day = `${found['year'] ?? found['y']}-${found['month'] ?? found['m']}-${found['day'] ?? found['d']}`
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null
}
