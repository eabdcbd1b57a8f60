/** The loaders of acts of death, their candidates and what a death ends, of each request its own. */
import { findActs, type StoredAct } from '../../death-acts/plans/acts.ts'
import {
  type CandidateRow,
  findCandidates,
  findOpenDeclarations,
  type OpenDeclarationRow,
} from '../../death-acts/plans/listing.ts'
import type { SubjectKind } from '../../verification/status.ts'
import type { GraphqlContext } from './context.ts'
import { Loader } from './loaders.ts'

interface DeathActLoaders extends Readonly<Record<SubjectKind, Loader<string, CandidateRow>>> {
  readonly acts: Loader<string, StoredAct>
  readonly declarations: Loader<string, readonly OpenDeclarationRow[]>
}

const ofRequests = new WeakMap<GraphqlContext, DeathActLoaders>()

/** The loaders of a request. */
export function deathActLoadersOf(context: GraphqlContext): DeathActLoaders {
  const known = ofRequests.get(context)
  if (known !== undefined) return known
  const { database } = context
  const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))
  const candidates = (kind: SubjectKind) =>
    new Loader<string, CandidateRow>((ids) => database.query<CandidateRow>(findCandidates(kind, ids)).then(byId))
  const loaders = {
    ...{ person: candidates('person'), party: candidates('party') },
    acts: new Loader<string, StoredAct>((ids) => database.query<StoredAct>(findActs(ids)).then(byId)),
    declarations: new Loader<string, readonly OpenDeclarationRow[]>((ids) =>
      database
        .query<OpenDeclarationRow>(findOpenDeclarations(ids))
        .then((rows) => Map.groupBy(rows, ({ person_id }) => person_id)),
    ),
  }
  ofRequests.set(context, loaders)
  return loaders
}
