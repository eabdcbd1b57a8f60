/** The list of persons. */
import { getRouteApi } from '@tanstack/react-router'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { PAGE_SIZE, pageVariables } from '../../ui/pager.tsx'
import { PeopleList, useNarrowed } from '../people/people-list.tsx'
import { PERSONS } from '../people/queries.ts'

const route = getRouteApi('/persons')

/** The page. */
export function PersonsPage() {
  const search = route.useSearch()
  const of = useNarrowed(search)
  const { filter } = of
  const answer = useAnswer(PERSONS, { filter, ...pageVariables(search) })
  return (
    <PeopleList
      kind="person"
      of={of}
      answer={answer}
      list={answer.data?.persons}
      exported={async (after, signal) => {
        const { persons } = await askOnce(PERSONS, { filter, first: PAGE_SIZE, after }, signal)
        return { rows: persons.nodes, next: persons.pageInfo.hasNextPage ? persons.pageInfo.endCursor : null }
      }}
    />
  )
}
