/** Loads acts of death, their candidates and what a death ends; one instance per request. */
import { findActs, type StoredAct } from '../../death-acts/plans/acts.ts'
import { findOpen, type OpenRow } from '../../death-acts/plans/candidates.ts'
import {
  type CandidateRow,
  findCandidates,
  findOpenDeclarations,
  type OpenDeclarationRow,
} from '../../death-acts/plans/listing.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { Loader, perRequest } from './loaders.ts'

const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))

/** The loaders of a request. */
export const deathActLoadersOf = perRequest(({ database }) => {
  const candidates = (kind: SubjectKind) =>
    new Loader<string, CandidateRow>((ids) => database.query<CandidateRow>(findCandidates(kind, ids)).then(byId))
  const waiting = (kind: SubjectKind) =>
    new Loader<string, OpenRow>((ids) =>
      database
        .query<OpenRow>(findOpen(kind, ids))
        // The best one must win, so it is set last.
        .then((rows) => new Map(rows.toReversed().map((row) => [row.subject_id, row]))),
    )
  return {
    waiting: { person: waiting('person'), party: waiting('party') },
    ...{ person: candidates('person'), party: candidates('party') },
    acts: new Loader<string, StoredAct>((ids) => database.query<StoredAct>(findActs(ids)).then(byId)),
    declarations: new Loader<string, readonly OpenDeclarationRow[]>((ids) =>
      database
        .query<OpenDeclarationRow>(findOpenDeclarations(ids))
        .then((rows) => Map.groupBy(rows, ({ person_id }) => person_id)),
    ),
  }
})
