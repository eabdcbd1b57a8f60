/**
 * Reads the verification of subjects with the columns of the platform's view, but without the view: few rows by key, whatever their number.
 */
import type { SubjectKind } from '../verification/status.ts'
import { checksOf, isHeld, KINDS, ownStreamsOf, showsInReview } from './kinds.ts'

/**
 * Joins of the summary, as `v`, and the checks of each of our streams, under its name, to a row whose subject's id is `id`. `offset 0`
 * prevents full table scans, whatever number the planner estimates. `is_held`: a worker has claimed it, which is looked up once.
 */
export function verificationJoins(kind: SubjectKind, id: string): string {
  const { summaries, subjectId } = KINDS[kind]
  return [
    `left join lateral (select * from ${summaries} v where v.${subjectId} = ${id} offset 0) v on true`,
    ...ownStreamsOf(kind).map(
      (stream) =>
        `left join lateral (select *, ${isHeld(kind, stream, 'c')} as is_held
                       from ${checksOf(kind, stream)} c where c.subject_id = ${id} offset 0) ${stream} on true`,
    ),
  ].join('\n  ')
}

/** Columns of the platform's view, selected from the joins of `verificationJoins`. */
export function verificationColumns(kind: SubjectKind, columns: readonly string[]): string {
  return columns.map((column) => `${columnText(kind, column)} as ${column}`).join(', ')
}

function columnText(kind: SubjectKind, column: string): string {
  const stream = ownStreamsOf(kind).find((each) => column.startsWith(`${each}_`))
  if (stream === undefined) return `v.${column}`
  const name = column.slice(stream.length + 1)
  const unlessHeld = (held: string, otherwise: string) =>
    showsInReview(stream) ? `case when ${stream}.is_held then '${held}' else ${otherwise} end` : otherwise
  switch (name) {
    case 'verification_status':
      return unlessHeld('IN_REVIEW', `${stream}.status`)
    case 'verification_reason':
      return unlessHeld('AUTO', `${stream}.reason`)
    // The platform's names for the tax register's answer, and for what is stored of dracs_death.
    case 'data_result':
      return `${stream}.data_status`
    case 'act_id':
      return `${stream}.data_id`
    case 'verification_comment':
      return `${stream}.comment`
    // A subject without an answer since the last trigger is READY (spec 8.5).
    case 'online_status':
      return `case when ${stream}.is_held then 'IN_PROCESS' when ${stream}.synced_at is null then 'READY' else 'COMPLETED' end`
    default:
      return `${stream}.${name}`
  }
}

/** A text for each kind, created on first use: statements need not be assembled for every request. */
export function perKind(write: (kind: SubjectKind) => string): (kind: SubjectKind) => string {
  const texts = new Map<SubjectKind, string>()
  return (kind) => {
    const text = texts.get(kind) ?? write(kind)
    texts.set(kind, text)
    return text
  }
}
