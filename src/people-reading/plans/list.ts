/**
 * Keyset pagination (spec 4.3). A walk reads one index from the cursor's position on. Its filter is a range of one value in the index's
 * leading columns, which are also in the sort order: so no other index has that order, and outdated statistics cannot make the planner walk
 * the index of all subjects past millions in search of a few.
 */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import { type Slice, type TimePlace, within } from '../../listing/slice.ts'
import type { SubjectKind } from '../../verification/status.ts'
import {
  checksOf,
  folded,
  foldedName,
  isHeld,
  isOwnStream,
  KINDS,
  showsInReview,
} from '../../verification-store/kinds.ts'
import { type PeopleFilter, streamsOf, type Walk, type Way } from '../filter.ts'
import { subjectColumns } from './subjects.ts'

type Served = Exclude<Way, { kind: 'refused' }>
type Key = Extract<Way, { kind: 'gather' }>['key']

/** The subjects of a page. */
export function listSubjects(kind: SubjectKind, filter: PeopleFilter, way: Served, slice: Slice<TimePlace>): Query {
  return way.kind === 'gather' ? gather(kind, filter, way.key, slice) : walk(kind, filter, way.walk, slice)
}

/** The same list for counting. */
export function countable(
  kind: SubjectKind,
  filter: PeopleFilter,
  way: Served,
): { readonly from: string; readonly narrowed: Narrowed } {
  const conditions = new Conditions()
  if (way.kind === 'gather') {
    const from = gathered(kind, filter, way.key, conditions)
    return { from, narrowed: conditions.narrowed }
  }
  const { table, lead, only, but } = indexOf(kind, filter, way.walk)
  for (const { column, value, text } of lead) conditions.add(value, (p) => `${column} = ${text(p)}`)
  if (only !== undefined) conditions.require(only)
  if (but !== undefined) conditions.require(`not ${but}`)
  return { from: table, narrowed: conditions.narrowed }
}

interface Column {
  readonly column: string
  readonly value: unknown
  /** The value in the statement, from its parameter. */
  readonly text: (parameter: string) => string
}

function column(name: string, value: unknown): Column {
  return { column: name, value, text: (parameter) => parameter }
}

function nameColumn(name: string, value: unknown): Column {
  return { column: foldedName(name), value, text: nameParameter }
}

function nameParameter(parameter: string): string {
  return foldedName(`${parameter}::text`)
}

function foldedParameter(parameter: string): string {
  return folded(`${parameter}::text`)
}

/** An index to walk: its leading columns with their values, then time and id. */
interface WalkedIndex {
  readonly table: string
  readonly lead: readonly Column[]
  readonly at: string
  readonly id: string
  /** The predicate of a partial index, literally. */
  readonly only?: string
  /** Rows of the index to exclude from the list. */
  readonly but?: string
}

function indexOf(kind: SubjectKind, filter: PeopleFilter, by: Walk): WalkedIndex {
  const { subjects, summaries, subjectId } = KINDS[kind]
  const ofSubjects = { table: `${subjects} s`, at: 's.inserted_at', id: 's.id' }
  switch (by.by) {
    case 'all':
      return { ...ofSubjects, lead: [] }
    case 'taxId':
      return { ...ofSubjects, lead: [column('s.tax_id', filter.taxId)], only: 's.tax_id is not null' }
    case 'unzr':
      return { ...ofSubjects, lead: [column('s.unzr', filter.unzr)], only: 's.unzr is not null' }
    case 'name':
      return {
        ...ofSubjects,
        lead: [nameColumn('s.last_name', filter.lastName), column('s.birth_date', filter.birthDate)],
      }
    case 'verificationStatus':
      return { ...ofSubjects, lead: [column('s.verification_status', filter.verificationStatus)] }
    case 'stream': {
      if (isOwnStream(by.stream)) {
        return {
          ...{ table: `${checksOf(kind, by.stream)} v`, at: 'v.subject_inserted_at', id: 'v.subject_id' },
          ...{ lead: [column('v.status', by.status)], only: `v.status <> 'VERIFIED'` },
          // A claimed subject is IN_REVIEW, whatever the check says.
          ...(showsInReview(by.stream) ? { but: isHeld(kind, by.stream, 'v') } : {}),
        }
      }
      const status = `v.${by.stream}_verification_status`
      return {
        ...{ table: `${summaries} v`, at: 'v.subject_inserted_at', id: `v.${subjectId}` },
        ...{ lead: [column(status, by.status)], only: `${status} <> 'VERIFIED'` },
      }
    }
  }
}

function walk(kind: SubjectKind, filter: PeopleFilter, by: Walk, slice: Slice<TimePlace>): Query {
  const { table, lead, at, id, only, but } = indexOf(kind, filter, by)
  const conditions = new Conditions()
  const { above, below, direction } = slice
  const bound = (operator: '>' | '<', place: TimePlace | undefined) => {
    const columns = lead.map(({ column }) => column)
    const values = lead.map(({ value, text }) => text(conditions.parameter(value)))
    if (place !== undefined) {
      columns.push(at, id)
      values.push(`${conditions.parameter(place.at)}::timestamptz`, `${conditions.parameter(place.id)}::uuid`)
    }
    if (columns.length === 0) return
    conditions.require(
      `(${columns.join(', ')}) ${place === undefined ? `${operator}=` : operator} (${values.join(', ')})`,
    )
  }
  bound('>', above)
  bound('<', below)
  if (only !== undefined) conditions.require(only)
  if (but !== undefined) conditions.require(`not ${but}`)
  const limit = conditions.parameter(slice.limit)
  const { where, values } = conditions.narrowed
  const order = [...lead.map(({ column }) => column), at, id].map((column) => `${column} ${direction}`).join(', ')
  const { subjects } = KINDS[kind]
  if (by.by !== 'stream') {
    return { text: `select ${subjectColumns(kind)} from ${table} ${where} order by ${order} limit ${limit}`, values }
  }
  // `offset 0`: the page is found first, and only its subjects are read.
  return {
    text: `
select t.* from (select ${id} as id, ${at} as at from ${table} ${where} order by ${order} limit ${limit}) w
 cross join lateral (select ${subjectColumns(kind)} from ${subjects} s where s.id = w.id offset 0) t
 order by w.at ${direction}, w.id ${direction}`,
    values,
  }
}

function gather(kind: SubjectKind, filter: PeopleFilter, key: Key, slice: Slice<TimePlace>): Query {
  const conditions = new Conditions()
  const from = gathered(kind, filter, key, conditions)
  const { direction } = slice
  within(conditions, slice, 's.inserted_at', 's.id')
  const limit = conditions.parameter(slice.limit)
  const { where, values } = conditions.narrowed
  return {
    text: `select ${subjectColumns(kind)} from ${from} ${where} order by s.inserted_at ${direction}, s.id ${direction} limit ${limit}`,
    values,
  }
}

/**
 * The subjects found by a key, as `s`, and their verification as `v` if needed; the conditions of all other filters are added. `offset 0`
 * prevents full table scans, whatever number the planner estimates.
 */
function gathered(kind: SubjectKind, filter: PeopleFilter, key: Key, conditions: Conditions): string {
  const { subjects, documents, verifications, subjectId } = KINDS[kind]
  // The key itself implies it.
  const streams = key === 'held' ? [] : streamsOf(filter)
  const verification =
    streams.length === 0
      ? ''
      : ` cross join lateral (select * from ${verifications} v where v.${subjectId} = c.id offset 0) v`
  const from = `(select distinct ${keyed(kind, filter, key, conditions)} offset 0) c
 cross join lateral (select * from ${subjects} s where s.id = c.id offset 0) s${verification}`
  conditions
    .addIf(filter.databaseId, (p) => `s.id = ${p}`)
    .addIf(filter.unzr, (p) => `s.unzr = ${p}`)
    .addIf(filter.taxId, (p) => `s.tax_id = ${p}`)
    .addIf(filter.birthDate, (p) => `s.birth_date = ${p}`)
    .addIf(filter.verificationStatus, (p) => `s.verification_status = ${p}`)
    .addIf(filter.lastName, (p) => `${foldedName('s.last_name')} = ${nameParameter(p)}`)
    .addIf(filter.firstName, (p) => `${foldedName('s.first_name')} = ${nameParameter(p)}`)
    .addIf(filter.status, (p) => `s.status = ${p}`)
    // The key itself implies it.
    .addIf(key === 'documentNumber' ? undefined : filter.documentNumber, (p) => {
      const holds = `d.${subjectId} = s.id and ${folded('d.number')} = ${foldedParameter(p)}${ofType('d', filter, conditions)}`
      return `exists (select from ${documents} d where ${holds})`
    })
  for (const [stream, status] of streams) conditions.add(status, (p) => `v.${stream}_verification_status = ${p}`)
  return from
}

function ofType(document: string, { documentType }: PeopleFilter, conditions: Conditions): string {
  return documentType === undefined ? '' : ` and ${document}.type = ${conditions.parameter(documentType)}`
}

function keyed(kind: SubjectKind, filter: PeopleFilter, key: Key, conditions: Conditions): string {
  const { subjects, documents, subjectId } = KINDS[kind]
  const among = (condition: string) => `k.id from ${subjects} k where ${condition}`
  switch (key) {
    case 'databaseId':
      return among(`k.id = ${conditions.parameter(filter.databaseId)}`)
    case 'unzr':
      return among(`k.unzr = ${conditions.parameter(filter.unzr)}`)
    case 'taxId':
      return among(`k.tax_id = ${conditions.parameter(filter.taxId)}`)
    case 'documentNumber': {
      const number = foldedParameter(conditions.parameter(filter.documentNumber))
      return `k.${subjectId} as id from ${documents} k where ${folded('k.number')} = ${number}${ofType('k', filter, conditions)}`
    }
    case 'held': {
      const stream = conditions.parameter(streamsOf(filter)[0]?.[0])
      return `k.subject_id as id from zvirka.claims k where k.subject_kind = '${kind}' and k.stream = ${stream}::zvirka.stream`
    }
    case 'name': {
      const name = nameParameter(conditions.parameter(filter.lastName))
      return among(
        `${foldedName('k.last_name')} = ${name} and k.birth_date = ${conditions.parameter(filter.birthDate)}`,
      )
    }
  }
}
