/** Finds the next candidate after a decision: the most certain one of the same kind that is not with a doctor. */
import { useNavigate } from '@tanstack/react-router'
import { askOnce } from '../../graphql/use-query.ts'
import { isWithDoctor } from './deaths-page.tsx'
import { type Candidate, type CandidateLine, PARTY_CANDIDATES, PERSON_CANDIDATES } from './queries.ts'

const LOOKED_AT = 50

/** Navigates there, or to the list if there is none. */
export function useNext({ kind, databaseId }: Pick<Candidate, 'kind' | 'databaseId'>): () => Promise<void> {
  const navigate = useNavigate()
  return async () => {
    const lines = await linesOf(kind)
    const next = lines.find((line) => line.databaseId !== databaseId && !isWithDoctor(line.subject))
    if (next === undefined) return navigate({ to: '/deaths', search: kind === 'party' ? { kind } : {} })
    const to = kind === 'person' ? '/deaths/persons/$candidateId' : '/deaths/parties/$candidateId'
    return navigate({ to, params: { candidateId: next.databaseId } })
  }
}

async function linesOf(kind: Candidate['kind']): Promise<readonly CandidateLine[]> {
  const variables = { filter: {}, first: LOOKED_AT }
  return kind === 'person'
    ? (await askOnce(PERSON_CANDIDATES, variables)).personDracsDeathCandidates.nodes
    : (await askOnce(PARTY_CANDIDATES, variables)).partyDracsDeathCandidates.nodes
}
