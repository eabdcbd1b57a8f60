/** Reads existing subjects before their records are written. */
import type { Query } from '../../database/query.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { Draft } from '../draft.ts'

/** An existing subject; `digest` is null if no import and no PUT has written it. */
export interface KnownSubject {
  readonly id: string
  readonly digest: Buffer | null
}

/** Finds the existing ones of these subjects, with the digest of their last import. */
export function knownSubjects(kind: SubjectKind, ids: readonly string[]): Query {
  return {
    name: `known ${kind}`,
    text: `
select s.id, d.digest
  from ${KINDS[kind].subjects} s
  left join zvirka.import_digests d on d.subject_id = s.id and d.subject_kind = '${kind}'
 where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** Stores the digests of existing subjects. */
export function keepDigests(kind: SubjectKind, drafts: readonly Draft[], importId: string): Query {
  return {
    name: `keep digests ${kind}`,
    text: `
insert into zvirka.import_digests (subject_id, subject_kind, digest, import_id)
select i.id, '${kind}', i.digest, $3 from unnest($1::uuid[], $2::bytea[]) as i (id, digest)
on conflict (subject_id, subject_kind) do update
   set digest = excluded.digest, import_id = excluded.import_id`,
    values: [drafts.map(({ id }) => id), drafts.map(({ digest }) => digest), importId],
  }
}

/** The stored data of subjects in the format of their records; `own`: a column that only one kind has, and its parameter `$2`. */
export function storedSubjects(
  kind: SubjectKind,
  columns: readonly string[],
  drafts: readonly Draft[],
  ...own: readonly { readonly column: string; readonly value: readonly string[] }[]
): Query {
  const selected = [
    ...columns.map((name) => `s.${name}`),
    storedDocumentsText(kind),
    ...own.map(({ column }) => column),
  ]
  return {
    text: `select s.id, ${selected.join(', ')} from ${KINDS[kind].subjects} s where s.id = any ($1::uuid[])`,
    values: [drafts.map(({ id }) => id), ...own.map(({ value }) => value)],
  }
}

// The documents of a subject `s` in the format of a record, in insertion order.
function storedDocumentsText(kind: SubjectKind): string {
  const { documents, subjectId } = KINDS[kind]
  return `coalesce((select json_agg(json_build_object('type', d.type, 'number', d.number, 'issued_at', d.issued_at,
                   'expiration_date', d.expiration_date, 'issued_by', d.issued_by) order by d.inserted_at, d.id)
                   from ${documents} d where d.${subjectId} = s.id), '[]') as documents`
}
