/** The dictionary that the checker reads by, taken from spec 1.4 and 2.1 to 2.5. */
import type { Entry, Histories, Kind, RegistryCall } from '../histories.ts'

/** Which service a stream asks, and what the two answers mean. */
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

/** The streams that a kind of subject has. */
export const STREAMS_OF: Readonly<Record<Kind, readonly string[]>> = {
  person: ['unzr', 'mvs_passport', 'dms_passport'],
  party: ['mvs_passport', 'dms_passport'],
}

/** `VERIFIED / AUTO_VALID` */
export const verdictOf = ({ status, reason }: { status: string; reason: string }) => `${status} / ${reason}`

/** Ukrainian letters without regard to case. */
export const fold = (text: string) => text.toLocaleLowerCase('uk')

/** `person 1234 dms_passport` */
export const nameOf = ({ kind, subjectId, stream }: Pick<Entry, 'kind' | 'subjectId' | 'stream'>) =>
  `${kind} ${subjectId} ${stream}`

/** The entries of each stream of each subject, in the order in which they were written. */
export function entriesByStream({ entries }: Histories): Map<string, Entry[]> {
  return Map.groupBy(
    entries.toSorted((left, right) => left.id - right.id),
    nameOf,
  )
}

/** The calls by the ids of their messages. */
export function callsById({ calls }: Histories): Map<string, RegistryCall[]> {
  const known = calls.filter(({ messageId }) => messageId !== undefined)
  return Map.groupBy(known, ({ messageId }) => messageId ?? '')
}

/** The cumulative status (spec 1.5): what is not needed is left out, then the first that holds. */
export function cumulativeOf(kind: Kind, statuses: readonly string[]): string {
  if (statuses.includes('NOT_VERIFIED')) return kind === 'person' ? 'CHANGES_NEEDED' : 'NOT_VERIFIED'
  const isFinal = statuses.every((status) => status === 'VERIFIED' || status === 'VERIFICATION_NOT_NEEDED')
  return isFinal ? 'VERIFIED' : 'VERIFICATION_NEEDED'
}

interface Span {
  readonly from: number
  readonly until: number
}

/** The same times, none of them twice. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const { from, until } of spans.toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1)
    if (last === undefined || last.until < from) result.push({ from, until })
    else result[result.length - 1] = { from: last.from, until: Math.max(last.until, until) }
  }
  return result
}

/** How much of a span of time lies in others, which do not overlap. */
export function overlap(spans: readonly Span[], from: number, until: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(until, span.until) - Math.max(from, span.from)), 0)
}
