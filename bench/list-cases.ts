/** The lists to measure: every indexed filter alone, in both orders, and some combinations. */
import type { PeopleFilter } from '../src/people-reading/filter.ts'
import { CUMULATIVE_STATUSES } from '../src/verification/cumulative.ts'
import { STREAM_STATUSES, STREAMS_OF, type SubjectKind } from '../src/verification/status.ts'
import { COLLEAGUES, PATIENTS } from './load-lists.ts'

/** A filter with a title. */
export type FilterCase = readonly [words: string, filter: PeopleFilter]

/** Every filter for `count` persons or parties; `id` belongs to one of them. */
export function filtersOf(kind: SubjectKind, count: number, id: string): FilterCase[] {
  const n = Math.floor(count / 3)
  const taxId = String(kind === 'person' ? Math.floor(n / 3) : n).padStart(10, '0')
  const documentNumber = `аб${String(Math.floor(n / 2)).padStart(7, '0')}`
  const birthDate = new Date(Date.UTC(1950, 0, 1 + (n % 20_000))).toISOString().slice(0, 10)
  const verificationStatuses = CUMULATIVE_STATUSES.filter((each) => kind === 'person' || each !== 'CHANGES_NEEDED')
  return [
    ['everybody', {}],
    ['databaseId', { databaseId: id }],
    ['taxId', { taxId }],
    ...(kind === 'person' ? [['unzr', { unzr: unzrOf(n) }] as const] : []),
    ['documentNumber', { documentNumber }],
    ['lastName with birthDate', { lastName: `ПРІЗВИЩЕ${n % 20_000}`, birthDate }],
    ['taxId and two statuses', { taxId, verificationStatus: 'VERIFIED', streams: { drfo: 'VERIFIED' } }],
    [
      'lastName with birthDate and a status',
      { lastName: `прізвище${n % 20_000}`, birthDate, verificationStatus: 'VERIFIED' },
    ],
    ...verificationStatuses.map((each): FilterCase => [`verificationStatus ${each}`, { verificationStatus: each }]),
    ...STREAMS_OF[kind].flatMap((stream) =>
      STREAM_STATUSES.filter((status) => status !== 'VERIFIED').map(
        (status): FilterCase => [`${stream} ${status}`, { streams: { [stream]: status } }],
      ),
    ),
  ]
}

function unzrOf(n: number): string {
  return `${String(Math.floor(n / 2)).padStart(8, '0')}-00001`
}

/** The filter as a GraphQL argument. */
export function graphqlFilter({ streams = {}, ...filter }: PeopleFilter): object {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const ofStreams = Object.entries(streams).map(([stream, status]) => [`${camel(stream)}VerificationStatus`, status])
  return { ...filter, ...Object.fromEntries(ofStreams) }
}

/** The REST lists: their paths with every filter. `ids`: a doctor with patients, a division with colleagues. */
export function restListsOf(ids: {
  readonly employee: string
  readonly division: string
}): [words: string, path: string][] {
  const employee = `employee_id=${ids.employee}`
  const division = `division_id=${ids.division}`
  const status = (each: string) => `verification_status=${each}`
  const persons: [string, string][] = [
    ['all', ''],
    ...CUMULATIVE_STATUSES.map((each): [string, string] => [each, status(each)]),
    [`a doctor's ${PATIENTS}`, employee],
    [`a doctor's, VERIFIED`, `${employee}&${status('VERIFIED')}`],
  ]
  const parties: [string, string][] = [
    ['all', ''],
    ...CUMULATIVE_STATUSES.filter((each) => each !== 'CHANGES_NEEDED').map((each): [string, string] => [
      each,
      status(each),
    ]),
    [`a division's ${COLLEAGUES}`, division],
    [`a division's, VERIFIED`, `${division}&${status('VERIFIED')}`],
  ]
  return [
    ...persons.map(([words, query]): [string, string] => [`persons: ${words}`, `/api/persons/verifications?${query}`]),
    ...parties.map(([words, query]): [string, string] => [`parties: ${words}`, `/api/parties/verifications?${query}`]),
  ]
}
