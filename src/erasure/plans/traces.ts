/** The data about a person: what an erasure deletes, and what it keeps. */
import type { Query } from '../../database/query.ts'
import type { OwnStreamOf } from '../../verification/status.ts'
import { DEATH_ACT } from '../../verification-store/candidates.ts'
import { checksOf, folded, ownStreamsOf } from '../../verification-store/kinds.ts'

/** The streams of a person whose answers are kept in `mimir`, in the order in which an erasure locks their rows. */
export const STREAMS = ownStreamsOf('person')

/** What of a person's own record holds anything. */
export interface Identity {
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

/** Where a stream's answers are kept. */
function answersTable(stream: PersonStream): string {
  return stream === 'dracs_death' ? 'mimir.dracs_death_acts' : `mimir.${stream}_data`
}

type PersonStream = OwnStreamOf<'person'>

/** How the answers `a` of a stream are found. */
interface AnswersOf {
  /** The columns in whose order workers lock them. */
  readonly key: string
  /** Selects the ids of those about what the person $1 has now. */
  readonly had: string
  /** Whether somebody else has what an answer is about: then it stays (as zvirka.forget_answers, migration 0019). */
  readonly isHeld: string
}

function passportAnswers(stream: PersonStream): AnswersOf {
  const documents = (type: string, key: string) => `
    select k.id from mpi.person_documents d join ${answersTable(stream)} k on k.pass_type = '0101' and ${key}
     where d.person_id = $1 and d.type = '${type}'`
  const passports = documents(
    'PASSPORT',
    `k.pas_serial = left(upper(d.number collate "und-x-icu"), 2) and k.pas_number = right(d.number, 6)`,
  )
  const cards = documents('NATIONAL_ID', 'k.pas_serial is null and k.pas_number = d.number')
  const has = (documents: string, but: string) => `exists (select from ${documents} h
      where h.type = case when a.pas_serial is null then 'NATIONAL_ID' else 'PASSPORT' end
        and ${folded('h.number')} = ${folded(`(coalesce(a.pas_serial, '') || a.pas_number)`)} ${but})`
  return {
    key: 'a.pass_type, a.pas_serial, a.pas_number',
    had: `${passports} union ${cards}`,
    isHeld: `(${has('mpi.person_documents', 'and h.person_id <> $1')} or ${has('prm.party_documents', '')})`,
  }
}

const ANSWERS: Readonly<Record<PersonStream, AnswersOf>> = {
  unzr: {
    key: 'a.unzr',
    had: 'select u.id from mimir.unzr_data u join mpi.persons p on p.unzr = u.unzr where p.id = $1',
    isHeld: `exists (select from mpi.persons p join mpi.person_unzr_checks c on c.subject_id = p.id and c.data_id = a.id
      where p.unzr = a.unzr and p.id <> $1)`,
  },
  mvs_passport: passportAnswers('mvs_passport'),
  dms_passport: passportAnswers('dms_passport'),
  drfo: {
    key: 'a.rnokpp',
    had: `select k.id from mpi.persons p join mimir.drfo_data k on k.rnokpp = p.tax_id where p.id = $1
      union select k.id from mpi.person_documents d join mimir.drfo_data k on k.rnokpp = d.number where d.person_id = $1`,
    isHeld: `(exists (select from mpi.person_drfo_checks c where c.data_id = a.id and c.subject_id <> $1)
      or exists (select from prm.party_drfo_checks c where c.data_id = a.id))`,
  },
  // Acts that may be the person's: whatever was decided on them.
  dracs_death: {
    key: 'a.key',
    had: `select k.entity_id from mpi.person_verification_candidates k
           where k.person_id = $1 and k.entity_type = '${DEATH_ACT}'`,
    isHeld: `(exists (select from mpi.person_verification_candidates k where k.entity_id = a.id and k.person_id <> $1)
      or exists (select from prm.party_verification_candidates k where k.entity_id = a.id))`,
  },
}

/** The rows `a` of a stream that are about the person $1: of what the person has now, and what the check links to. */
function answersText(stream: PersonStream): string {
  return `a.id in (${ANSWERS[stream].had} union select c.data_id from ${checksOf('person', stream)} c where c.subject_id = $1)`
}

/** Locks a stream's answers about the person in the order of their keys, in which workers lock them too. */
export function lockAnswers(stream: PersonStream, personId: string): Query {
  return {
    text: `select a.id from ${answersTable(stream)} a where ${answersText(stream)} order by ${ANSWERS[stream].key} for update`,
    values: [personId],
  }
}

/** The same without a lock. */
export function findAnswers(stream: PersonStream, personId: string): Query {
  return { text: `select a.id from ${answersTable(stream)} a where ${answersText(stream)}`, values: [personId] }
}

/** UNZR info `i` about the person's UNZR, where no other person has it. */
export const OWN_UNZR_INFO = `i.unzr = (select p.unzr from mpi.persons p where p.id = $1)
   and not exists (select from mpi.persons o where o.unzr = i.unzr and o.id <> $1)`

/** The numbers of deleted and kept records. */
export type Counts = Readonly<Record<string, number>>

/** Counts what an erasure would delete, and what it would keep. */
export function countTraces(personId: string): Query {
  const answers = STREAMS.flatMap((stream) => [
    [
      `${stream}_answers`,
      `select count(*) from ${answersTable(stream)} a where ${answersText(stream)} and not ${ANSWERS[stream].isHeld}`,
    ],
    [
      `${stream}_held`,
      `select count(*) from ${answersTable(stream)} a where ${answersText(stream)} and ${ANSWERS[stream].isHeld}`,
    ],
  ])
  const counted = [
    ['documents', 'select count(*) from mpi.person_documents d where d.person_id = $1'],
    [
      'comments',
      `select num_nonnulls(v.nhs_verification_comment, c.comment)
         from mpi.person_verification_summaries v left join mpi.person_dracs_death_checks c on c.subject_id = v.person_id
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
