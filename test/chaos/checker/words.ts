/** The checker's dictionary, from spec 1.4 and 2.1 to 2.5. */
import type { Entry, Histories, Kind, RegistryCall } from '../histories.ts'

/** The service that a stream asks, and what its two answers mean. */
export const STREAMS: Readonly<Record<string, { service: string; found: string; notFound: string }>> = {
  unzr: { service: 'checkunzr', found: 'VERIFIED / AUTO', notFound: 'NOT_VERIFIED / AUTO' },
  mvs_passport: {
    service: 'CheckPassportStatus',
    found: 'NOT_VERIFIED / AUTO_LOST',
    notFound: 'VERIFIED / AUTO_NOT_LOST',
  },
  dms_passport: {
    service: 'CheckPassportDMSStatus',
    found: 'NOT_VERIFIED / AUTO_NOT_VALID',
    notFound: 'VERIFIED / AUTO_VALID',
  },
}

/** The streams of a kind of subject. */
export const STREAMS_OF: Readonly<Record<Kind, readonly string[]>> = {
  person: ['unzr', 'mvs_passport', 'dms_passport'],
  party: ['mvs_passport', 'dms_passport'],
}

/** `VERIFIED / AUTO_VALID` */
export const verdictOf = ({ status, reason }: { status: string; reason: string }) => `${status} / ${reason}`

/** Folds the case of Ukrainian letters. */
export const fold = (text: string) => text.toLocaleLowerCase('uk')

/** `person 1234 dms_passport` */
export const nameOf = ({ kind, subjectId, stream }: Pick<Entry, 'kind' | 'subjectId' | 'stream'>) =>
  `${kind} ${subjectId} ${stream}`

/** The entries of each stream of each subject, in the order of writing. */
export function entriesByStream({ entries }: Histories): Map<string, Entry[]> {
  return Map.groupBy(
    entries.toSorted((left, right) => left.id - right.id),
    nameOf,
  )
}

/** The calls by message id. */
export function callsById({ calls }: Histories): Map<string, RegistryCall[]> {
  const known = calls.filter(({ messageId }) => messageId !== undefined)
  return Map.groupBy(known, ({ messageId }) => messageId ?? '')
}

/** The cumulative status (spec 1.5): streams that are not needed are left out, then the first rule that matches decides. */
export function cumulativeOf(kind: Kind, statuses: readonly string[]): string {
  if (statuses.includes('NOT_VERIFIED')) return kind === 'person' ? 'CHANGES_NEEDED' : 'NOT_VERIFIED'
  const isFinal = statuses.every((status) => status === 'VERIFIED' || status === 'VERIFICATION_NOT_NEEDED')
  return isFinal ? 'VERIFIED' : 'VERIFICATION_NEEDED'
}

interface Span {
  readonly from: number
  readonly until: number
}

/** The same spans, with overlaps merged. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const { from, until } of spans.toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1)
    if (last === undefined || last.until < from) result.push({ from, until })
    else result[result.length - 1] = { from: last.from, until: Math.max(last.until, until) }
  }
  return result
}

/** How much of a span lies within others that do not overlap each other. */
export function overlap(spans: readonly Span[], from: number, until: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(until, span.until) - Math.max(from, span.from)), 0)
}
