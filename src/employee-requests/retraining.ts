/** The effects on declarations when a doctor's main speciality changes (spec 5.3.3). */

/** Until when a declaration with a changed end date lasts: its whole term, or at most until its patient is of age. */
type EndOfDeclaration = 'term' | 'term_or_age'

/** What happens to declarations; kinds that are not named do not change. Adults are patients of age, minors all others. */
export interface Retraining {
  readonly terminated?: { readonly patients: 'minors' | 'adults'; readonly reason: string }
  /** Declarations of minors. */
  readonly redated?: EndOfDeclaration
}

const TO_THERAPIST: Retraining = { terminated: { patients: 'minors', reason: 'AUTO_RETRAINED_AS_THERAPIST' } }
const TO_PEDIATRICIAN: Retraining = {
  terminated: { patients: 'adults', reason: 'AUTO_RETRAINED_AS_PEDIATRICIAN' },
  redated: 'term_or_age',
}

const TABLE: Readonly<Record<string, Readonly<Record<string, Retraining>>>> = {
  PEDIATRICIAN: { THERAPIST: TO_THERAPIST, FAMILY_DOCTOR: { redated: 'term' } },
  FAMILY_DOCTOR: { THERAPIST: TO_THERAPIST, PEDIATRICIAN: TO_PEDIATRICIAN },
  THERAPIST: { PEDIATRICIAN: TO_PEDIATRICIAN },
}

/** The effect of a change of the main speciality; undefined: none, because it does not change or the request has none. */
export function retrainingOf(from: string | null, to: string | undefined): Retraining | undefined {
  return from === null || to === undefined ? undefined : TABLE[from]?.[to]
}
