/** Persons and parties in the states that pages distinguish, with the history behind them. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import type { Stream, SubjectKind } from '../../src/verification/status.ts'
import { employee, importLines as importParties, party } from '../parties/parties.ts'
import { document, importLines as importPersons, person } from '../persons/persons.ts'
import { USER } from '../synchronization/people.ts'

const VERIFIED = { status: 'VERIFIED', reason: 'AUTO' }
const ALL_VERIFIED = {
  ...{ drfo: VERIFIED, dracs_death: VERIFIED, nhs: VERIFIED, unzr: VERIFIED },
  ...{
    mvs_passport: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' },
    dms_passport: { status: 'VERIFIED', reason: 'AUTO_VALID' },
  },
}
const SYNCED = '2026-03-01T10:00:00.000Z'

/** Ids of persons. */
export interface SeededPersons {
  /** With a UNZR of nobody, and an invalid passport. */
  readonly refused: string
  readonly verified: string
  /** With the longest possible texts. */
  readonly long: string
  readonly inactive: string
}

export const REFUSED = { taxId: '2924500777', unzr: '19800131-00777', number: '000000777', lastName: 'Косач' } as const

/** Inserts persons; `run` is the run that settled the refused one. The verified one has more than one page of history. */
export async function seedPersons(database: Database, run: string): Promise<SeededPersons> {
  const refused = person({
    ...{ last_name: REFUSED.lastName, first_name: 'Лариса', second_name: 'Петрівна', birth_date: '1980-01-31' },
    ...{ tax_id: REFUSED.taxId, unzr: REFUSED.unzr },
    documents: [
      document(REFUSED.number, { issued_at: '2020-05-06', issued_by: '8001', expiration_date: '2030-05-06' }),
      document('І-БК 123456', {
        type: 'BIRTH_CERTIFICATE',
        issued_by: 'Відділ ДРАЦС Шевченківського району міста Києва',
      }),
    ],
    verification: {
      ...ALL_VERIFIED,
      unzr: { status: 'NOT_VERIFIED', reason: 'AUTO', synced_at: SYNCED },
      dms_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', synced_at: SYNCED },
      mvs_passport: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST', synced_at: SYNCED },
      nhs: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO' },
    },
  })
  const verified = person({
    ...{ last_name: 'Українка', tax_id: '2924500778', unzr: '19800131-00778' },
    documents: [document('000000778')],
    verification: ALL_VERIFIED,
  })
  const long = person({
    ...{
      last_name: 'Надзвичайнодовгепрізвищевська-Неймовірнорозлогопрізвищенківська',
      first_name: 'Олександра-Єлизавета-Катерина-Софія',
      second_name: 'Севастіянопантелеймонівна-Всеволодівна',
    },
    ...{ tax_id: null, no_tax_id: true, unzr: null },
    documents: [
      document('000000779', {
        issued_by:
          'Головне управління Державної міграційної служби України в Автономній Республіці Крим та місті Севастополі, відділ 0001',
      }),
      document('ПРП000001', { type: 'PERMANENT_RESIDENCE_PERMIT' }),
    ],
    verification: {
      ...ALL_VERIFIED,
      unzr: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
      mvs_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' },
    },
  })
  const inactive = person({
    ...{ last_name: 'Колишній', status: 'inactive', is_active: false, tax_id: '2924500780', unzr: '19800131-00780' },
    documents: [],
    verification: ALL_VERIFIED,
  })
  const others = Array.from({ length: 52 }, (_, at) =>
    person({
      ...{
        last_name: `Мирний${at}`,
        tax_id: String(2_924_600_000 + at),
        unzr: `19800131-1${String(at).padStart(4, '0')}`,
      },
      documents: [document(String(100_000_000 + at))],
      verification: { ...ALL_VERIFIED, unzr: { status: 'NOT_VERIFIED', reason: 'AUTO' } },
    }),
  )
  await whole(importPersons(database, [...others, inactive, long, verified, refused]))
  for (let at = 0; at < 25; at += 1) {
    const isFound = at % 2 === 0
    await addHistory(database, 'person', verified.id, {
      ...{ stream: 'mvs_passport', run, step: isFound ? '4' : '5' },
      ...(isFound ? { status: 'NOT_VERIFIED', reason: 'AUTO_LOST' } : { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' }),
    })
  }
  await addHistory(database, 'person', refused.id, {
    stream: 'unzr',
    status: 'NOT_VERIFIED',
    reason: 'AUTO',
    step: '5',
    run,
  })
  await addHistory(database, 'person', refused.id, {
    stream: 'dms_passport',
    status: 'NOT_VERIFIED',
    reason: 'AUTO_NOT_VALID',
    step: '4.1',
    run,
  })
  await database.query({
    text: `update wide.person_verifications set dms_passport_verification_status = 'IN_REVIEW' where person_id = $1`,
    values: [long.id],
  })
  await database.query({
    text: `update wide.person_verifications
              set unzr_data_status = 0, unzr_unverified_at = $2, dms_passport_data_status = 1, nhs_verification_comment = 'Перевірено за зверненням'
            where person_id = $1`,
    values: [refused.id, SYNCED],
  })
  return { refused: refused.id, verified: verified.id, long: long.id, inactive: inactive.id }
}

/** Ids of parties. */
export interface SeededParties {
  /** Works at the NHS, and not verified because of DRACS. */
  readonly official: string
  /** Works at a hospital, with a lost passport. */
  readonly doctor: string
  readonly dismissed: string
}

export const DOCTOR_TAX_ID = '3033300333'

/** Inserts parties with the legal entities where they work. */
export async function seedParties(database: Database, run: string): Promise<SeededParties> {
  const [nhs, hospital] = [randomUUID(), randomUUID()]
  await database.query({
    text: `insert into prm.legal_entities (id, name, edrpou, type, status)
           values ($1, 'Національна служба здоровʼя України', '42032422', 'NHS', 'ACTIVE'),
                  ($2, 'Комунальне некомерційне підприємство «Центр первинної медико-санітарної допомоги № 1» Шевченківського району міста Києва',
                   '38945621', 'PRIMARY_CARE', 'ACTIVE')`,
    values: [nhs, hospital],
  })
  const official = party({
    ...{ last_name: 'Службова', documents: [document('000000881')] },
    employees: [employee({ legal_entity_id: nhs, employee_type: 'ADMIN', position: 'P17' })],
    verification: { ...PARTY_VERIFIED, dracs_death: { status: 'NOT_VERIFIED', reason: 'AUTO_OFFLINE' } },
  })
  const doctor = party({
    ...{ last_name: 'Лікаренко', tax_id: DOCTOR_TAX_ID, documents: [document('АБ000882', { type: 'PASSPORT' })] },
    employees: [
      employee({ legal_entity_id: hospital, division_id: randomUUID() }),
      employee({ legal_entity_id: hospital, status: 'DISMISSED', is_active: false, end_date: '2025-12-31' }),
    ],
    ...LEARNED,
    verification: {
      ...PARTY_VERIFIED,
      mvs_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_LOST', synced_at: SYNCED },
    },
  })
  const dismissed = party({
    ...{ last_name: 'Звільнена', documents: [document('000000883')], phones: [] },
    employees: [employee({ legal_entity_id: hospital, status: 'DISMISSED', is_active: false, end_date: '2025-12-31' })],
    verification: PARTY_VERIFIED,
  })
  await whole(importParties(database, [dismissed, doctor, official]))
  await addHistory(database, 'party', doctor.id, {
    ...{ stream: 'mvs_passport', status: 'NOT_VERIFIED', reason: 'AUTO_LOST', step: '4', run },
  })
  return { official: official.id, doctor: doctor.id, dismissed: dismissed.id }
}

const { unzr: _, nhs: __, ...PARTY_VERIFIED } = ALL_VERIFIED

export const DIPLOMA = 'КВ 12345678'
const SCHOOL = 'Національний медичний університет імені О. О. Богомольця'
const LEARNED = {
  educations: [
    {
      ...{ country: 'UA', city: 'Київ', institution_name: SCHOOL, degree: 'MASTER', speciality: 'Лікувальна справа' },
      ...{ diploma_number: DIPLOMA, issued_date: '2003-06-30' },
    },
  ],
  specialities: [
    {
      ...{ speciality: 'FAMILY_DOCTOR', speciality_officio: true, level: 'FIRST', qualification_type: 'AWARDING' },
      ...{ attestation_name: SCHOOL, attestation_date: '2019-02-28', certificate_number: 'АБ/21331' },
    },
    { speciality: 'PEDIATRICIAN', speciality_officio: false, level: 'SECOND', attestation_date: '2015-02-28' },
  ],
  qualifications: [
    { type: 'STAZHUVANNYA', institution_name: SCHOOL, speciality: 'Педіатрія', issued_date: '2017-08-05' },
  ],
  science_degree: { country: 'UA', degree: 'PHD', institution_name: SCHOOL, speciality: 'THERAPIST' },
}

interface HistoryLine {
  readonly stream: Stream
  readonly status: string
  readonly reason: string
  readonly step: string
  readonly run: string
}

async function addHistory(database: Executor, kind: SubjectKind, id: string, entry: HistoryLine): Promise<void> {
  await database.query({
    text: `insert into zvirka.verification_history
             (subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [id, kind, entry.stream, entry.status, entry.reason, entry.step, entry.run, randomUUID(), USER],
  })
}

async function whole(imported: Promise<{ readonly bad: readonly { readonly reason: string }[] }>): Promise<void> {
  const { bad } = await imported
  if (bad.length > 0) throw new Error(bad.map(({ reason }) => reason).join('\n'))
}

/** All verification rows, by subject id. */
export async function verifications(database: Executor): Promise<ReadonlyMap<string, object>> {
  const rows = await database.query<{ id: string; row: object }>({
    text: `select person_id as id, to_jsonb(v) as row from wide.person_verifications v
           union all select party_id, to_jsonb(v) from wide.party_verifications v`,
  })
  return new Map(rows.map(({ id, row }) => [id, row]))
}

/** Which subjects' verification rows have changed, and in which columns. */
export function changed(before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>) {
  return [...after].flatMap(([id, row]) => {
    const old = before.get(id) ?? {}
    const columns = Object.entries(row).flatMap(([name, value]) =>
      JSON.stringify(value) === JSON.stringify(Reflect.get(old, name)) ? [] : [name],
    )
    return columns.length === 0 ? [] : [{ id, columns: columns.toSorted() }]
  })
}
