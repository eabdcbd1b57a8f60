/** One person. */
import { getRouteApi } from '@tanstack/react-router'
import { nodeId } from '../../graphql/ids.ts'
import { useAnswer } from '../../graphql/use-query.ts'
import { PERSON } from '../people/queries.ts'
import { historyVariables } from '../people/search.ts'
import { SubjectPage } from '../people/subject-page.tsx'

const route = getRouteApi('/persons/$personId')

/** The page; keyed by id, so that it never shows one person's data for another. */
export function PersonPage() {
  const { personId } = route.useParams()
  return <One key={personId} personId={personId} />
}

function One({ personId }: { readonly personId: string }) {
  const search = route.useSearch()
  const answer = useAnswer(PERSON, { id: nodeId('Person', personId), ...historyVariables(search) })
  const person = answer.data?.person
  return (
    <SubjectPage
      kind="person"
      uuid={personId}
      search={search}
      answer={{ ...answer, data: person == null ? undefined : { kind: 'person', ...person } }}
    />
  )
}
