/** A person or party as shown on the page. */
import { fieldOf, type Kind, STREAMS, type Stream } from './kinds.ts'
import type { Explained, Party, PartyLine, Person, PersonLine } from './queries.ts'

/** A stream; fields that only some streams have are null otherwise. */
export interface StreamView {
  readonly stream: Stream
  readonly status: string
  readonly reason: string
  readonly unverifiedAt: string | null
  readonly syncedAt: string | null
  /** Whether the registry found the document or number: 1, or 0. */
  readonly answer: number | null
  /** The tax register's code. */
  readonly result: number | null
  readonly comment: string | null
  /** Whether this registry is enabled in this installation. */
  readonly isServed: boolean
  /** Whether a person decides about its registry's candidates. */
  readonly hasCandidates: boolean
  /** The candidate that needs a decision. */
  readonly candidateId: string | null
  readonly explanation: Explained | null
}

/** A person or a party. */
export type Subject = ({ readonly kind: 'person' } & Person) | ({ readonly kind: 'party' } & Party)

interface Details {
  readonly verificationStatus: string
  readonly verificationReason: string
  readonly unverifiedAt: string | null
  readonly explanation: Explained | null
  readonly syncedAt?: string | null
  readonly status?: number | null
  readonly result?: number | null
  readonly comment?: string | null
  readonly isServed?: boolean
  readonly waitingCandidateId?: string | null
}

/** The streams in display order. */
export function streamsOf({ kind, verificationDetails }: Subject): StreamView[] {
  const all: Readonly<Partial<Record<string, Details | null>>> = verificationDetails ?? {}
  return STREAMS[kind].flatMap((stream) => {
    const details = all[fieldOf(stream)]
    if (details == null) return []
    const { verificationStatus: status, verificationReason: reason, unverifiedAt, explanation } = details
    return [
      {
        ...{ stream, status, reason, unverifiedAt, explanation },
        ...{ syncedAt: details.syncedAt ?? null, comment: details.comment ?? null },
        isServed: details.isServed ?? false,
        hasCandidates: details.waitingCandidateId !== undefined,
        candidateId: details.waitingCandidateId ?? null,
        answer: details.status ?? null,
        result: details.result ?? null,
      },
    ]
  })
}

/** The statuses of a listed subject's streams. */
export function statusesOf(kind: Kind, line: PersonLine | PartyLine): readonly (readonly [Stream, string])[] {
  const all: Readonly<Partial<Record<string, Pick<Details, 'verificationStatus'> | null>>> =
    line.verificationDetails ?? {}
  return STREAMS[kind].flatMap((stream) => {
    const details = all[fieldOf(stream)]
    return details == null ? [] : [[stream, details.verificationStatus] as const]
  })
}

/** A name in the order of documents: family name first. */
export function fullNameOf(of: { lastName: string; firstName: string; secondName: string | null }): string {
  return [of.lastName, of.firstName, of.secondName].filter((part) => part !== null && part !== '').join(' ')
}
