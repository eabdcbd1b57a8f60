/** Reading verification rows. */
import type { Query } from '../../database/query.ts'
import { STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { isShown } from '../../verification-store/kinds.ts'
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
    ...(isShown(stream, 'synced_at') ? [`${stream}_synced_at`] : []),
    ...(isShown(stream, 'online_status') ? [`${stream}_online_status`] : []),
    ...(kind === 'person' && isShown(stream, 'act_id') ? [`${stream}_act_id`] : []),
  ]
}

const COLUMNS = { status: 'data_status', result: 'data_result', verification_comment: 'verification_comment' } as const
const OWN_FIELDS = ['status', 'result', 'verification_comment'] as const satisfies readonly (keyof typeof COLUMNS)[]

/** The extra fields of a stream, by their REST names, with their columns. */
export function ownFields(stream: Stream): Partial<Record<keyof typeof COLUMNS, string>> {
  const shown = OWN_FIELDS.filter((name) => isShown(stream, name))
  return Object.fromEntries(shown.map((name) => [name, `${stream}_${COLUMNS[name]}`]))
}
