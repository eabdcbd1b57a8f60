/** The cast in the tax register: everybody with their correct data, including the people in requests. */
import type { DrfoEntry } from '../registers.ts'
import { REQUESTS } from './papers.ts'
import { PATIENTS } from './patients.ts'
import { CAST_PARTIES } from './staff.ts'

/** The person invited in docs/employee-requests.md. */
const INVITED = {
  ...{ tax_id: '3333900429', documents: [], birth_date: '1991-04-12' },
  ...{ last_name: 'Яремчук', first_name: 'Соломія', second_name: 'Орестівна' },
} as const

/** Everybody who may be asked about, by the tax id or the document used instead of it. */
export const TAXPAYERS: readonly DrfoEntry[] = [
  ...CAST_PARTIES,
  ...PATIENTS,
  ...REQUESTS.map(({ data }) => data.party),
  INVITED,
].flatMap(({ tax_id, documents, last_name, first_name, second_name, birth_date }) =>
  (tax_id === null ? documents.map(({ number }) => number) : [tax_id]).map((rnokpp) => ({
    ...{ rnokpp, last_name, first_name },
    ...{ middle_name: second_name ?? null, date_birth: birth_date },
  })),
)
