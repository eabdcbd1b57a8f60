/** The list of parties. */
import { getRouteApi } from '@tanstack/react-router'
import { useList } from '../../ui/use-list.ts'
import { PeopleList, useNarrowed } from '../people/people-list.tsx'
import { PARTIES } from '../people/queries.ts'

const route = getRouteApi('/parties')

/** The page. */
export function PartiesPage() {
  const search = route.useSearch()
  const of = useNarrowed(search)
  const list = useList(PARTIES, { variables: { filter: of.filter }, place: search, of: ({ parties }) => parties })
  return <PeopleList kind="party" of={of} list={list} />
}
