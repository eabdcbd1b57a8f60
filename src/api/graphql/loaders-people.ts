/** Loads persons and parties; one instance per request. */
import { type HistoryRow, type HistorySlice, readHistory, readHistoryCounts } from '../../people-reading/history.ts'
import {
  type DocumentRow,
  type EmployeeRow,
  type RowOf,
  readDocuments,
  readEmployees,
  readSubjects,
} from '../../people-reading/subjects.ts'
import { readVerifications, type Verification } from '../../people-reading/verifications.ts'
import { explainSubjects, type SubjectExplanation } from '../../synchronization/explain.ts'
import type { SubjectKind } from '../../verification/status.ts'
import type { GraphqlContext } from './context.ts'
import { Loader, perRequest } from './loaders.ts'

/** The loaders of one kind. */
interface SubjectLoaders<K extends SubjectKind> {
  readonly subjects: Loader<string, RowOf[K]>
  readonly documents: Loader<string, readonly DocumentRow[]>
  readonly verifications: Loader<string, Verification>
  readonly explanations: Loader<string, SubjectExplanation>
  /** By the requested part of the history: fields with other arguments read other parts. */
  history(slice: HistorySlice): Loader<string, readonly HistoryRow[]>
  historyCounts(of: Pick<HistorySlice, 'kind' | 'stream'>): Loader<string, number>
}

/** The loaders of a request; dropped after a mutation, which changes their data. */
export const loadersOf = perRequest((context) => ({
  person: subjectLoaders(context, 'person'),
  party: subjectLoaders(context, 'party'),
  employees: new Loader(
    async (ids: readonly string[]): Promise<ReadonlyMap<string, readonly EmployeeRow[]>> =>
      Map.groupBy(await readEmployees(context.database, ids), ({ party_id }) => party_id),
  ),
}))

function subjectLoaders<K extends SubjectKind>({ database, operations }: GraphqlContext, kind: K): SubjectLoaders<K> {
  const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]))
  const histories = new Map<string, Loader<string, readonly HistoryRow[]>>()
  const counts = new Map<string, Loader<string, number>>()
  return {
    subjects: new Loader((ids) => readSubjects(database, kind, ids).then(byId)),
    documents: new Loader((ids) =>
      readDocuments(database, kind, ids).then((rows) => Map.groupBy(rows, ({ subject_id }) => subject_id)),
    ),
    verifications: new Loader((ids) => readVerifications(database, kind, ids)),
    explanations: new Loader((ids) => explainSubjects(database, kind, ids, operations.processes)),
    history: (slice) =>
      among(histories, JSON.stringify(slice), () => new Loader((ids) => readHistory(database, slice, ids))),
    historyCounts: (of) =>
      among(counts, of.stream ?? '', () => new Loader((ids) => readHistoryCounts(database, of, ids))),
  }
}

function among<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}
