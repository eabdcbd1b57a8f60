/** Reading the verification of subjects by the columns of the platform's view, without the view: few rows by their keys, whatever their number. */
import type { SubjectKind } from '../verification/status.ts'
import { checksOf, KINDS, ownStreamsOf, reasonOf, statusOf } from './kinds.ts'

/**
 * Joins of the summary, as `v`, and the checks of each stream of ours, as its name, to a row whose subject's id is `id`. `offset 0` keeps the
 * planner from reading the tables whole, whatever it thinks of how many rows there are.
 */
export function verificationJoins(kind: SubjectKind, id: string): string {
  const { summaries, subjectId } = KINDS[kind]
  return [
    `left join lateral (select * from ${summaries} v where v.${subjectId} = ${id} offset 0) v on true`,
    ...ownStreamsOf(kind).map(
      (stream) =>
        `left join lateral (select * from ${checksOf(kind, stream)} c where c.subject_id = ${id} offset 0) ${stream} on true`,
    ),
  ].join('\n  ')
}

/** Columns of the platform's view, selected from what `verificationJoins` joins. */
export function verificationColumns(kind: SubjectKind, columns: readonly string[]): string {
  return columns.map((column) => `${columnText(kind, column)} as ${column}`).join(', ')
}

function columnText(kind: SubjectKind, column: string): string {
  const stream = ownStreamsOf(kind).find((each) => column.startsWith(`${each}_`))
  if (stream === undefined) return `v.${column}`
  const name = column.slice(stream.length + 1)
  switch (name) {
    case 'verification_status':
      return statusOf(kind, stream, stream)
    case 'verification_reason':
      return reasonOf(kind, stream, stream)
    default:
      return `${stream}.${name}`
  }
}
