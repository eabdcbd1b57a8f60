/** One party. */
import { getRouteApi } from '@tanstack/react-router'
import { nodeId } from '../../graphql/ids.ts'
import { useAnswer } from '../../graphql/use-query.ts'
import { PARTY } from '../people/queries.ts'
import { historyVariables } from '../people/search.ts'
import { SubjectPage } from '../people/subject-page.tsx'

const route = getRouteApi('/parties/$partyId')

/** The page; keyed by id, so that it never shows one party's data for another. */
export function PartyPage() {
  const { partyId } = route.useParams()
  return <One key={partyId} partyId={partyId} />
}

function One({ partyId }: { readonly partyId: string }) {
  const search = route.useSearch()
  const answer = useAnswer(PARTY, { id: nodeId('Party', partyId), ...historyVariables(search) })
  const party = answer.data?.party
  return (
    <SubjectPage
      kind="party"
      uuid={partyId}
      search={search}
      answer={{ ...answer, data: party == null ? undefined : { kind: 'party', ...party } }}
    />
  )
}
