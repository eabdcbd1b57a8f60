/** Reading verification rows. */
import type { Query } from '../../database/query.ts'
import { OWN_STREAMS, STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'

/** The verification rows of subjects. */
export function findVerifications(kind: SubjectKind, ids: readonly string[]): Query {
  const { verifications, subjectId } = KINDS[kind]
  const columns = STREAMS_OF[kind].flatMap(columnsOf).map((column) => `v.${column}`)
  return {
    name: `verifications ${kind}`,
    text: `select v.${subjectId} as subject_id, v.is_subject_active, ${columns.join(', ')}
             from ${verifications} v where v.${subjectId} = any ($1::uuid[])`,
    values: [ids],
  }
}

function columnsOf(stream: Stream): string[] {
  const common = [`${stream}_verification_status`, `${stream}_verification_reason`, `${stream}_unverified_at`]
  if ((OWN_STREAMS as readonly Stream[]).includes(stream)) {
    return [...common, `${stream}_data_status`, `${stream}_synced_at`]
  }
  if (stream === 'drfo') return [...common, 'drfo_data_result', 'drfo_synced_at']
  return [...common, `${stream}_verification_comment`]
}
