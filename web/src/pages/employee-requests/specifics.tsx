/** Education and qualifications: the object of the employee type, in words. Unknown fields are shown unchanged. */
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

type Entry = Readonly<Record<string, unknown>>

/** The card; renders nothing if the type has no such object. */
export function Specifics({ specifics }: { readonly specifics: unknown }) {
  const texts = useTexts(requestTexts)
  const parts = Object.entries(Object(specifics) as Entry).flatMap(([name, value]) => {
    const entries = entriesOf(value)
    return entries.length === 0 ? [] : [{ name, entries }]
  })
  if (parts.length === 0) return null
  return (
    <Card title={texts.specifics}>
      {parts.map(({ name, entries }) => (
        <section key={name} className={styles['part']}>
          <h3>{textOf(texts.parts, name)}</h3>
          {entries.map((entry, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no key, and two may be equal
            <div key={at} className={styles['entry']}>
              <Facts>
                {ordered(entry).map(
                  ([field, value]) =>
                    value !== null && (
                      <Fact key={field} name={textOf(texts.fields, field)}>
                        <Value field={field} value={value} />
                      </Fact>
                    ),
                )}
              </Facts>
            </div>
          ))}
        </section>
      ))}
    </Card>
  )
}

function Value({ field, value }: { readonly field: string; readonly value: unknown }) {
  const texts = useTexts(requestTexts)
  const format = useFormat()
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (field === 'country' && /^[A-Z]{2}$/.test(text)) return <>{format.country(text)}</>
  return <>{/^\d{4}-\d{2}-\d{2}$/.test(text) ? format.day(text) : textOf(texts.values, text)}</>
}

// First what it is, then where and when, then the proof, because the database does not keep an order. Unknown fields come last.
const ORDER: readonly string[] = [
  ...['type', 'degree', 'speciality', 'speciality_officio', 'level', 'qualification_type'],
  ...['institution_name', 'city', 'country', 'issued_date', 'diploma_number'],
  ...['attestation_name', 'attestation_date', 'certificate_number', 'valid_to', 'valid_to_date', 'additional_info'],
]

function ordered(entry: Entry): (readonly [string, unknown])[] {
  const place = ([field]: readonly [string, unknown]) => (ORDER.includes(field) ? ORDER.indexOf(field) : ORDER.length)
  return Object.entries(entry).toSorted((a, b) => place(a) - place(b))
}

function entriesOf(value: unknown): readonly Entry[] {
  const all = Array.isArray(value) ? value : [value]
  return all.filter((each): each is Entry => typeof each === 'object' && each !== null)
}
