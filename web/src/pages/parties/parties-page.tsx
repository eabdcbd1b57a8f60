/** The list of parties. */
import { getRouteApi } from '@tanstack/react-router'
import { askOnce, useAnswer } from '../../graphql/use-query.ts'
import { PAGE_SIZE, pageVariables } from '../../ui/pager.tsx'
import { PeopleList, useNarrowed } from '../people/people-list.tsx'
import { PARTIES } from '../people/queries.ts'

const route = getRouteApi('/parties')

/** The page. */
export function PartiesPage() {
  const search = route.useSearch()
  const of = useNarrowed(search)
  const { filter } = of
  const answer = useAnswer(PARTIES, { filter, ...pageVariables(search) })
  return (
    <PeopleList
      kind="party"
      of={of}
      answer={answer}
      list={answer.data?.parties}
      exported={async (after, signal) => {
        const { parties } = await askOnce(PARTIES, { filter, first: PAGE_SIZE, after }, signal)
        return { rows: parties.nodes, next: parties.pageInfo.hasNextPage ? parties.pageInfo.endCursor : null }
      }}
    />
  )
}
