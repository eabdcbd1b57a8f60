/**
 * Acts of death as the register of civil status (DRACS) keeps them: what an act holds and whether it counts (spec 8.3, 8.4, 8.9). An act
 * is personal: of the dead, and of people who are nobody's patients.
 */

/** A document that was seized with an act, its fields by the names that they came with. */
export type SeizedDocument = Readonly<Record<string, string>>

/** The fields of an act that are text, by the columns of `mimir.dracs_death_acts`. */
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
/** A field of an act that is text. */
export type ActText = (typeof ACT_TEXTS)[number]

/** The fields of an act that are instants, ISO 8601; what cannot be read is null. */
export const ACT_INSTANTS = ['ar_reg_date', 'op_date'] as const
/** A field of an act that is an instant. */
export type ActInstant = (typeof ACT_INSTANTS)[number]

/** An act as it came. Birth and death dates stay as they are written; `readDay` reads them. */
export interface DeathAct extends Readonly<Record<ActText | ActInstant, string | null>> {
  /** Tells one act from another: its registration number, or else a digest of its content. */
  readonly key: string
  readonly is_restore: number | null
  readonly doc_seizes: readonly SeizedDocument[]
}

const LIVE: readonly string[] = ['1', '4', 'РЕЄСТРАЦІЯ АЗ']
const ANNULMENTS: readonly string[] = ['2', '3', 'АНУЛЮВАННЯ АЗ', 'ВИДАЛЕННЯ АЗ']

/** What an act's operation says: a death is registered, the record is annulled, or something that we do not know. */
export function operationOf(act: Pick<DeathAct, 'ar_op_name'>): 'live' | 'annulled' | 'unknown' {
  const name = (act.ar_op_name ?? '').trim().toUpperCase()
  if (LIVE.includes(name)) return 'live'
  return ANNULMENTS.includes(name) ? 'annulled' : 'unknown'
}

/** Whether an act says who died: without a surname, a name or a birth date it is kept and compared with nobody. */
export function isReadable({ surname, name, date_birth }: Pick<DeathAct, 'surname' | 'name' | 'date_birth'>): boolean {
  return [surname, name, date_birth].every((value) => value !== null && value.trim() !== '')
}

/** What an act counts for; `unreadable`: it is live and does not say who died. */
export const ACT_OUTCOMES = ['live', 'annulled', 'unknown', 'unreadable'] as const
/** One of them. */
export type ActOutcome = (typeof ACT_OUTCOMES)[number]

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

/** A day written `dd.mm.yyyy` or `yyyy-mm-dd`, with or without a time after it, as `yyyy-mm-dd`; null where it is neither, or no day of the calendar. */
export function readDay(text: string | null): string | null {
  const found = DAY.exec((text ?? '').trim())?.groups
  if (found === undefined) return null
  const day = `${found['year'] ?? found['y']}-${found['month'] ?? found['m']}-${found['day'] ?? found['d']}`
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) ? day : null
}
