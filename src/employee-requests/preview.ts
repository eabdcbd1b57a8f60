/** What an approval would change in existing records, shown before anybody approves (spec 5.3.1, 5.3.3). */
import type { Executor } from '../database/query.ts'
import { findPreviews, type PreviewRow } from './plans/preview.ts'
import type { RequestPolicy } from './policy.ts'
import type { ReadRequest } from './read.ts'

/** A preview in an API answer. */
export interface Preview {
  readonly changes_party: boolean
  readonly renames_party: boolean
  readonly suspended_contracts: number
  /** Only a user of the party can approve it until the NHS has confirmed it. */
  readonly needs_confirmation: boolean
}

/** The previews of NEW requests, by id. */
export async function findPreviewsOf(
  executor: Executor,
  requests: readonly ReadRequest[],
  { knownParty }: Pick<RequestPolicy, 'knownParty'>,
): Promise<ReadonlyMap<string, Preview>> {
  const open = new Map(requests.filter(({ status }) => status === 'NEW').map((request) => [request.id, request]))
  const rows = open.size === 0 ? [] : await executor.query<PreviewRow>(findPreviews([...open.keys()]))
  return new Map(
    rows.map(({ id, is_known_to_others, ...preview }) => {
      const isConfirmed = knownParty === 'seed' || open.get(id)?.confirmed_at != null
      return [id, { ...preview, needs_confirmation: is_known_to_others && !isConfirmed }]
    }),
  )
}

/** The preview of a request; undefined if it is answered or expired. */
export async function findPreview(
  executor: Executor,
  request: ReadRequest,
  policy: Pick<RequestPolicy, 'knownParty'>,
): Promise<Preview | undefined> {
  return (await findPreviewsOf(executor, [request], policy)).get(request.id)
}
