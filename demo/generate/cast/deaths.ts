/**
 * Acts of death about the demo's cast, so that checks lead to decisions: a nearly certain one, namesakes, a misspelt letter, an annulled
 * one, and one about another person.
 */
import { castId } from './ids.ts'
import { PATIENTS } from './patients.ts'
import { CAST_PARTIES, WITH_ACTS } from './staff.ts'

interface Subject {
  readonly id: string
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string
  readonly birth_date: string
  readonly gender: string
  readonly tax_id: string | null
  readonly documents: readonly { readonly type: string; readonly number: string }[]
}

const sexOf = (gender: string) => (gender === 'MALE' ? '1' : '2')
const written = (day: string) => day.split('-').toReversed().join('.')

/** What an act about somebody contains: with or without the facts that no namesake shares. */
function about(subject: Subject, number: number, changed: object = {}) {
  return {
    ar_reg_number: `0000000${9000 + number}`,
    ar_reg_date: '2026-11-03T09:00:00.000Z',
    op_date: '2026-11-03T09:00:00.000Z',
    ...{ ar_op_name: '1', compose_org: 'Подільський відділ ДРАЦС у місті Києві', region: 'м. Київ', locality: 'Київ' },
    ...{ surname: subject.last_name, name: subject.first_name, patronymic: subject.second_name },
    ...{ date_birth: written(subject.birth_date), date_death: '01.11.2026', sex: sexOf(subject.gender) },
    ...changed,
  }
}

const seized = ({ documents }: Subject) => ({
  doc_seizes: documents.map(({ number }) => ({ Doc_Type: 'Паспорт громадянина України', Series_Numb: number })),
})

const patient = (number: number): Subject => find(PATIENTS, castId('person', number))
const party = (number: number): Subject => find(CAST_PARTIES, castId('party', number))

function find(subjects: readonly Subject[], id: string): Subject {
  const found = subjects.find((each) => each.id === id)
  if (found === undefined) throw new RangeError('nobody of this number')
  return found
}

const [byTaxId, namesake, untold, another] = WITH_ACTS

/** The acts. Each doctor's patients share names and birth dates with the others': an act about one may be about any. */
export const DEATHS = [
  about(patient(4), 1, seized(patient(4))),
  about(patient(3), 2),
  about(patient(5), 3, { surname: 'Гнатюх', ...seized(patient(5)) }),
  about(patient(9), 5, { ...seized(patient(9)), ar_op_name: '2' }),
  about(party(byTaxId), 6, { numident: party(byTaxId).tax_id }),
  about(party(namesake), 7),
  about(party(untold), 8, { patronymic: null }),
  about(party(another), 9, { numident: '2237512345' }),
]
