/** Reading verification rows. */
import type { Query } from '../../database/query.ts'
import { STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { hasSyncedAt, isOwnStream } from '../../verification-store/kinds.ts'
import { perKind, verificationColumns, verificationJoins } from '../../verification-store/reading.ts'

/** The verification rows of subjects. */
export function findVerifications(kind: SubjectKind, ids: readonly string[]): Query {
  return { name: `verifications ${kind}`, text: verificationsText(kind), values: [ids] }
}

/** The selected columns of all streams, from the joins of `verificationJoins`. */
export const streamColumns = perKind((kind) =>
  verificationColumns(
    kind,
    STREAMS_OF[kind].flatMap((stream) => columnsOf(kind, stream)),
  ),
)

const verificationsText = perKind(
  (kind) => `select s.id, v.is_subject_active, ${streamColumns(kind)}
            from unnest($1::uuid[]) as s (id)
            ${verificationJoins(kind, 's.id')}
           where v.id is not null`,
)

function columnsOf(kind: SubjectKind, stream: Stream): string[] {
  return [
    ...[`${stream}_verification_status`, `${stream}_verification_reason`, `${stream}_unverified_at`],
    ...Object.values(ownFields(stream)),
    ...(hasSyncedAt(stream) ? [`${stream}_synced_at`] : []),
    ...(stream === 'dracs_death'
      ? ['dracs_death_online_status', ...(kind === 'person' ? ['dracs_death_act_id'] : [])]
      : []),
  ]
}

/** The extra field of a stream, by its REST name, with its column. */
export function ownFields(stream: Stream): Partial<Record<'result' | 'status' | 'verification_comment', string>> {
  if (stream === 'drfo') return { result: 'drfo_data_result' }
  return isOwnStream(stream) && stream !== 'dracs_death'
    ? { status: `${stream}_data_status` }
    : { verification_comment: `${stream}_verification_comment` }
}
