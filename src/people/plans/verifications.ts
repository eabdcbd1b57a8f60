/** Reading verification rows. */
import type { Query } from '../../database/query.ts'
import { STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { isOwnStream } from '../../verification-store/kinds.ts'
import { perKind, verificationColumns, verificationJoins } from '../../verification-store/reading.ts'

/** The verification rows of subjects. */
export function findVerifications(kind: SubjectKind, ids: readonly string[]): Query {
  return { name: `verifications ${kind}`, text: verificationsText(kind), values: [ids] }
}

const verificationsText = perKind((kind) => {
  const columns = verificationColumns(kind, STREAMS_OF[kind].flatMap(columnsOf))
  return `select s.id as subject_id, v.is_subject_active, ${columns}
            from unnest($1::uuid[]) as s (id)
            ${verificationJoins(kind, 's.id')}
           where v.id is not null`
})

function columnsOf(stream: Stream): string[] {
  const common = [`${stream}_verification_status`, `${stream}_verification_reason`, `${stream}_unverified_at`]
  if (isOwnStream(stream)) {
    return [...common, `${stream}_data_status`, `${stream}_synced_at`]
  }
  if (stream === 'drfo') return [...common, 'drfo_data_result', 'drfo_synced_at']
  return [...common, `${stream}_verification_comment`]
}
