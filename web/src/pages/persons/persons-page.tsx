/** The list of persons. */
import { getRouteApi } from '@tanstack/react-router'
import { useList } from '../../ui/use-list.ts'
import { PeopleList, useNarrowed } from '../people/people-list.tsx'
import { PERSONS } from '../people/queries.ts'

const route = getRouteApi('/persons')

/** The page. */
export function PersonsPage() {
  const search = route.useSearch()
  const of = useNarrowed(search)
  const list = useList(PERSONS, { variables: { filter: of.filter }, place: search, of: ({ persons }) => persons })
  return <PeopleList kind="person" of={of} list={list} />
}
