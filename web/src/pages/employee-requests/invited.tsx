/** The invited person, as the facility described them. Numbers are masked according to the token. */
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { DataTable } from '../../ui/table.tsx'
import { peopleWords } from '../people/words.ts'
import type { RequestDetail } from './queries.ts'
import { fullName } from './request-badge.tsx'
import styles from './requests.module.css'
import { requestTexts } from './texts.ts'

/** The person. */
export function Invited({ request: { party, userId } }: { readonly request: RequestDetail }) {
  const texts = useTexts(requestTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  return (
    <Card title={texts.person}>
      <Facts>
        <Fact name={texts.name} isWide>
          {fullName(party)}
        </Fact>
        <Fact name={texts.birthDate}>{format.day(party.birthDate)}</Fact>
        <Fact name={texts.gender}>{textOf(names.gender, party.gender)}</Fact>
        <Fact name={party.noTaxId ? texts.insteadOfTaxId : texts.taxId}>
          <span className="mono">{party.taxId}</span>
        </Fact>
        {party.workingExperience !== null && (
          <Fact name={texts.experience}>{texts.years(party.workingExperience)}</Fact>
        )}
        <Fact name={texts.phones}>
          {party.phones.map(({ type, number }) => (
            <p key={type}>
              {textOf(names.phoneType, type)} <span className="mono">{number}</span>
            </p>
          ))}
        </Fact>
        <Fact name={texts.email} isWide>
          {party.email}
        </Fact>
        <Fact name={texts.user} isWide>
          {userId === null ? texts.noUser : <CopyId id={userId} what={texts.user} />}
        </Fact>
        {party.aboutMyself !== null && party.aboutMyself !== '' && (
          <Fact name={texts.about} isWide>
            <span className={styles['lines']}>{party.aboutMyself}</span>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}

type Document = RequestDetail['party']['documents'][number]

/** Their documents. */
export function RequestDocuments({ documents }: { readonly documents: readonly Document[] }) {
  const texts = useTexts(requestTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  const day = (value: string | null) => value !== null && format.day(value)
  return (
    <Card title={texts.documents}>
      <DataTable
        isPlain
        caption={texts.documents}
        rows={documents}
        keyOf={({ type }) => type}
        columns={[
          { key: 'type', header: texts.documentType, cell: ({ type }) => textOf(names.documentType, type) },
          { key: 'number', header: texts.number, cell: ({ number }) => <span className="mono">{number}</span> },
          { key: 'issued', header: texts.issued, cell: ({ issuedAt }) => day(issuedAt) },
          { key: 'by', header: texts.issuedBy, cell: ({ issuedBy }) => issuedBy },
          { key: 'expires', header: texts.expires, cell: ({ expirationDate }) => day(expirationDate) },
        ]}
      />
    </Card>
  )
}
