/** A registry's record: known fields with translated names, others with the registry's own. */
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { peopleWords } from '../people/words.ts'
import type { UnzrDetail } from './queries.ts'
import { unzrTexts } from './texts.ts'
import styles from './unzr.module.css'

type UnzrRecord = NonNullable<UnzrDetail['info']>
type UnzrDocument = NonNullable<UnzrRecord['documents']>[number]

/** A formatted date if the text is one; the registry may send any text. */
export function useRegistryDay(): (text: string | null) => string | null {
  const format = useFormat()
  return (text) => {
    const isDay = text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
    return isDay ? format.day(text) : text
  }
}

/** The record. */
export function Record({ record }: { readonly record: UnzrRecord }) {
  const texts = useTexts(unzrTexts)
  const day = useRegistryDay()
  const known: readonly (readonly [string, string | null])[] = [
    [texts.lastName, record.lastName],
    [texts.firstName, record.firstName],
    [texts.middleName, record.middleName],
    [texts.dateBirth, day(record.dateBirth)],
    [texts.gender, record.gender === null ? null : textOf(texts.genders, record.gender)],
    [texts.rnokpp, record.rnokpp],
  ]
  return (
    <Card title={texts.found}>
      <Known facts={known} />
      <Others others={record.others} />
    </Card>
  )
}

/** Its documents. */
export function UnzrDocuments({ documents }: { readonly documents: readonly UnzrDocument[] }) {
  const texts = useTexts(unzrTexts)
  const { documentType } = useTexts(peopleWords)
  const day = useRegistryDay()
  return (
    <Card title={texts.documents}>
      {documents.length === 0 ? (
        <EmptyState title={texts.noDocuments} icon="document" />
      ) : (
        <ol className={styles['documents']}>
          {documents.map((document, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the registry's documents have no key but their order
            <li key={at}>
              <Known
                facts={[
                  [texts.documentType, document.type === null ? null : textOf(documentType, document.type)],
                  [texts.serial, document.serial],
                  [texts.number, document.number],
                  [texts.issuedAt, day(document.issuedAt)],
                  [texts.issuedBy, document.issuedBy],
                  [texts.expires, day(document.expirationDate)],
                  [texts.documentStatus, document.status],
                ]}
                isBrief
              />
              <Others others={document.others} />
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

/** Facts; `isBrief` omits missing ones. */
function Known(props: {
  readonly facts: readonly (readonly [name: string, value: string | null])[]
  readonly isBrief?: boolean
}) {
  const texts = useTexts(unzrTexts)
  const { facts, isBrief = false } = props
  return (
    <Facts>
      {facts
        .filter(([, value]) => !isBrief || (value !== null && value !== ''))
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {value === null || value === '' ? <span className="soft">{texts.absent}</span> : value}
          </Fact>
        ))}
    </Facts>
  )
}

function Others({ others }: { readonly others: unknown }) {
  const texts = useTexts(unzrTexts)
  const flat = flattened(others)
  if (flat.length === 0) return null
  return (
    <div className={styles['others']}>
      <h3>{texts.others}</h3>
      <Facts>
        {flat.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value === '' ? <span className="soft">{texts.absent}</span> : value}
          </Fact>
        ))}
      </Facts>
    </div>
  )
}

/** Flattens a nested value to names with texts: `note.level`, `phone[0]`. */
function flattened(value: unknown, name = ''): (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap((each, at) => flattened(each, `${name}[${at + 1}]`))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => flattened(each, name === '' ? key : `${name}.${key}`))
  }
  return name === '' ? [] : [[name, value === null ? '' : String(value)]]
}
