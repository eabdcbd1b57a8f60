/** The data about a person: what an erasure deletes, and what it keeps. */
import type { Query } from '../../database/query.ts'
import type { StreamTraces } from '../../streams/registration.ts'
import { REGISTRATIONS } from '../../streams/registry.ts'
import type { OwnStream } from '../../verification/status.ts'
import { checksOf, folded, isShown, ownStreamsOf } from '../../verification-store/kinds.ts'

/** A person's streams whose answers are stored in `mimir`, in the order in which an erasure locks their rows. */
export const ERASED_STREAMS = ownStreamsOf('person')
const COMMENTED = ERASED_STREAMS.filter((stream) => isShown(stream, 'verification_comment'))

/** The non-empty fields of a person's own record. */
export interface ErasableIdentity {
  readonly erased_at: Date | null
  /** Names of data, never values. */
  readonly fields: string[]
  /** A digest of names, birth date, numbers and documents. */
  readonly fingerprint: Buffer
}

/** A person's record; no row: no such person. */
export function findIdentity(personId: string): Query {
  return {
    text: `
select v.erased_at,
       array_remove(array['names', 'birth date', case when p.gender is not null then 'gender' end,
         case when p.tax_id is not null then 'tax id' end, case when p.unzr is not null then 'UNZR' end,
         case when p.death_date is not null then 'date of death' end], null) as fields,
       sha256(convert_to(jsonb_build_array(p.last_name, p.first_name, p.second_name, p.birth_date, p.gender, p.tax_id, p.unzr,
         (select jsonb_agg(jsonb_build_array(d.type, d.number, d.issued_at, d.expiration_date, d.issued_by) order by d.type, d.number)
            from mpi.person_documents d where d.person_id = p.id))::text, 'UTF8')) as fingerprint
  from mpi.persons p left join mpi.person_verification_summaries v on v.person_id = p.id
 where p.id = $1`,
    values: [personId],
  }
}

/** How to find a stream's answers. */
export function tracesOf(stream: OwnStream): StreamTraces {
  return REGISTRATIONS[stream].traces
}

/** The rows `a` of a stream about the person $1: about present data, and linked by the check. */
function answersText(stream: OwnStream): string {
  return `a.id in (${tracesOf(stream).had} union select c.data_id from ${checksOf('person', stream)} c where c.subject_id = $1)`
}

/** Locks a stream's answers about the person in key order, like workers. */
export function lockAnswers(stream: OwnStream, personId: string): Query {
  return {
    text: `select a.id from ${tracesOf(stream).table} a where ${answersText(stream)} order by ${tracesOf(stream).key} for update`,
    values: [personId],
  }
}

/** The same without a lock. */
export function findAnswers(stream: OwnStream, personId: string): Query {
  return { text: `select a.id from ${tracesOf(stream).table} a where ${answersText(stream)}`, values: [personId] }
}

/** UNZR info `i` about the person's UNZR, where no other person has it. */
export const OWN_UNZR_INFO = `i.unzr = (select p.unzr from mpi.persons p where p.id = $1)
   and not exists (select from mpi.persons o where o.unzr = i.unzr and o.id <> $1)`

/** The numbers of deleted and kept records. */
export type Counts = Readonly<Record<string, number>>

/** Counts what an erasure would delete, and what it would keep. */
export function countTraces(personId: string): Query {
  const answers = ERASED_STREAMS.flatMap((stream) => [
    [
      `${stream}_answers`,
      `select count(*) from ${tracesOf(stream).table} a where ${answersText(stream)} and not ${tracesOf(stream).isHeld}`,
    ],
    [
      `${stream}_held`,
      `select count(*) from ${tracesOf(stream).table} a where ${answersText(stream)} and ${tracesOf(stream).isHeld}`,
    ],
  ])
  const counted = [
    ['documents', 'select count(*) from mpi.person_documents d where d.person_id = $1'],
    [
      'comments',
      `select num_nonnulls(${['v.nhs_verification_comment', ...COMMENTED.map((stream) => `${stream}.comment`)].join(', ')})
         from mpi.person_verification_summaries v
         ${COMMENTED.map((stream) => `left join ${checksOf('person', stream)} ${stream} on ${stream}.subject_id = v.person_id`).join('\n         ')}
        where v.person_id = $1`,
    ],
    ['digests', `select count(*) from zvirka.import_digests d where d.subject_id = $1 and d.subject_kind = 'person'`],
    ['unzr_info', `select count(*) from mimir.unzr_info i where ${OWN_UNZR_INFO}`],
    ...answers,
    [
      'history',
      `select count(*) from zvirka.verification_history h where h.subject_id = $1 and h.subject_kind = 'person'`,
    ],
    ['events', `select count(*) from event_manager.events e where e.entity_id = $1`],
    ['audit', 'select count(*) from zvirka.audit a where a.subject_ids @> array[$1::uuid]'],
    ['declarations', 'select count(*) from ops.declarations d where d.person_id = $1'],
    [
      'parties',
      `select count(*) from prm.parties s
        where exists (select from mpi.persons p where p.id = $1 and p.tax_id = s.tax_id and p.birth_date = s.birth_date)
           or s.id in (select h.party_id from mpi.person_documents d join prm.party_documents h
                         on h.type = d.type and ${folded('h.number')} = ${folded('d.number')} where d.person_id = $1)`,
    ],
  ]
  const columns = counted.map(([name, text]) => `coalesce((${text}), 0)::integer as ${name}`)
  return { text: `select ${columns.join(',\n       ')}`, values: [personId], mayTakeLong: true }
}
