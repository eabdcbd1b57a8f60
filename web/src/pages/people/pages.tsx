/** The lists of persons and of parties, and the pages of one of them; these are keyed by id, so that none shows another's data. */
import { getRouteApi } from '@tanstack/react-router'
import { nodeId } from '../../graphql/ids.ts'
import { useAnswer } from '../../graphql/use-query.ts'
import { useList } from '../../ui/use-list.ts'
import { PeopleList, useNarrowed } from './people-list.tsx'
import { PARTIES, PARTY, PERSON, PERSONS } from './queries.ts'
import { historyVariables } from './search.ts'
import { SubjectPage } from './subject-page.tsx'

const persons = getRouteApi('/persons')
const parties = getRouteApi('/parties')
const person = getRouteApi('/persons/$personId')
const party = getRouteApi('/parties/$partyId')

/** The list of persons. */
export function PersonsPage() {
  const search = persons.useSearch()
  const of = useNarrowed(search)
  const list = useList(PERSONS, { variables: { filter: of.filter }, place: search, of: (answer) => answer.persons })
  return <PeopleList kind="person" of={of} list={list} />
}

/** The list of parties. */
export function PartiesPage() {
  const search = parties.useSearch()
  const of = useNarrowed(search)
  const list = useList(PARTIES, { variables: { filter: of.filter }, place: search, of: (answer) => answer.parties })
  return <PeopleList kind="party" of={of} list={list} />
}

/** One person. */
export function PersonPage() {
  const { personId } = person.useParams()
  return <Person key={personId} uuid={personId} />
}

function Person({ uuid }: { readonly uuid: string }) {
  const search = person.useSearch()
  const answer = useAnswer(PERSON, { id: nodeId('Person', uuid), ...historyVariables(search) })
  const found = answer.data?.person
  const data = found == null ? undefined : ({ kind: 'person', ...found } as const)
  return <SubjectPage kind="person" uuid={uuid} search={search} answer={{ ...answer, data }} />
}

/** One party. */
export function PartyPage() {
  const { partyId } = party.useParams()
  return <Party key={partyId} uuid={partyId} />
}

function Party({ uuid }: { readonly uuid: string }) {
  const search = party.useSearch()
  const answer = useAnswer(PARTY, { id: nodeId('Party', uuid), ...historyVariables(search) })
  const found = answer.data?.party
  const data = found == null ? undefined : ({ kind: 'party', ...found } as const)
  return <SubjectPage kind="party" uuid={uuid} search={search} answer={{ ...answer, data }} />
}
