/** Personal data: names, numbers, documents. Numbers are masked unless revealed. */
import type { ReactNode } from 'react'
import { UserLink } from '../../app/subject-link.tsx'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import styles from './people.module.css'
import type { Revealed } from './reveal.tsx'
import type { Subject } from './subject.ts'
import { peopleTexts } from './texts.ts'
import { peopleWords } from './words.ts'

interface PersonalProps {
  readonly subject: Subject
  readonly revealed: Revealed
}

/** Names and numbers. */
export function Personal({ subject, revealed }: PersonalProps) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  return (
    <Card title={texts.personal}>
      <Facts>
        <Fact name={texts.birthDate}>{format.day(subject.birthDate)}</Fact>
        {subject.gender !== null && <Fact name={texts.gender}>{textOf(names.gender, subject.gender)}</Fact>}
        <Fact name={texts.taxId}>
          <NumberText value={revealed.taxId ?? subject.taxId} />
        </Fact>
        {subject.noTaxId && <Fact name={texts.noTaxId}>{texts.noTaxIdYes}</Fact>}
        {subject.kind === 'person' ? (
          <PersonFacts person={subject} revealed={revealed} />
        ) : (
          <PartyFacts party={subject} revealed={revealed} />
        )}
        <Fact name={texts.insertedAt}>
          <Moment at={subject.insertedAt} />
        </Fact>
        <Fact name={texts.insertedBy}>
          <UserLink id={subject.insertedBy} what={texts.insertedBy} />
        </Fact>
        <Fact name={texts.updatedAt}>
          <Moment at={subject.updatedAt} />
        </Fact>
        <Fact name={texts.updatedBy}>
          <UserLink id={subject.updatedBy} what={texts.updatedBy} />
        </Fact>
        {subject.kind === 'party' && subject.aboutMyself !== null && (
          <Fact name={texts.aboutMyself} isWide>
            {subject.aboutMyself}
          </Fact>
        )}
        <Fact name={texts.id} isWide>
          <CopyId id={subject.databaseId} what={texts.id} />
        </Fact>
      </Facts>
    </Card>
  )
}

function NumberText({ value }: { readonly value: string | null }) {
  const texts = useTexts(peopleTexts)
  return value === null ? <span className="soft">{texts.absent}</span> : <span className="mono">{value}</span>
}

function PersonFacts(props: { readonly person: Subject & { readonly kind: 'person' }; readonly revealed: Revealed }) {
  const { person, revealed } = props
  const texts = useTexts(peopleTexts)
  const format = useFormat()
  return (
    <>
      <Fact name={texts.unzr}>
        <NumberText value={revealed.unzr ?? person.unzr} />
      </Fact>
      <Fact name={texts.recordStatus}>
        {person.isActive && person.status === 'ACTIVE' ? texts.active : texts.notActiveShort}
      </Fact>
      {person.deathDate !== null && <Fact name={texts.deathDate}>{format.day(person.deathDate)}</Fact>}
    </>
  )
}

function PartyFacts(props: { readonly party: Subject & { readonly kind: 'party' }; readonly revealed: Revealed }) {
  const { party, revealed } = props
  const texts = useTexts(peopleTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  const phones = revealed.phones ?? party.phones
  return (
    <>
      {phones.length > 0 && (
        <Fact name={texts.phones}>
          <ul>
            {phones.map(({ type, number }) => (
              <li key={number}>
                <span className="mono">{number}</span>
                {type !== null && <span className="soft"> {textOf(names.phoneType, type).toLowerCase()}</span>}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      {party.workingExperience !== null && <Fact name={texts.experience}>{party.workingExperience}</Fact>}
      {party.declarationLimit !== null && (
        <Fact name={texts.declarationLimit}>{format.number(party.declarationLimit)}</Fact>
      )}
    </>
  )
}

function useDay(): (day: string | null) => ReactNode {
  const format = useFormat()
  return (day) => <span className={styles['line']}>{day === null ? '—' : format.day(day)}</span>
}

/** Their documents. */
export function Documents({ subject, revealed }: PersonalProps) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(peopleWords)
  const day = useDay()
  return (
    <Card title={texts.documents}>
      <DataTable
        isPlain
        caption={texts.documents}
        rows={subject.documents}
        keyOf={({ databaseId }) => databaseId}
        empty={<EmptyState title={texts.noDocuments} icon="document" />}
        columns={[
          { key: 'type', header: texts.documentType, cell: ({ type }) => textOf(names.documentType, type) },
          {
            key: 'number',
            header: texts.documentNumber,
            cell: ({ databaseId, number }) => (
              <span className={`mono ${styles['line']}`}>{revealed.documents?.get(databaseId) ?? number}</span>
            ),
          },
          { key: 'issuedAt', header: texts.issuedAt, cell: ({ issuedAt }) => day(issuedAt) },
          { key: 'issuedBy', header: texts.issuedBy, cell: ({ issuedBy }) => issuedBy ?? '—' },
          { key: 'expires', header: texts.expires, cell: ({ expirationDate }) => day(expirationDate) },
        ]}
      />
    </Card>
  )
}

/** A party's positions and legal entities. */
export function Employees({ party }: { readonly party: Subject & { readonly kind: 'party' } }) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  return (
    <Card title={texts.employees}>
      <DataTable
        isPlain
        caption={texts.employees}
        rows={party.employees}
        keyOf={({ databaseId }) => databaseId}
        empty={<EmptyState title={texts.noEmployees} icon="parties" />}
        columns={[
          {
            key: 'legalEntity',
            header: texts.legalEntity,
            cell: ({ legalEntity: { name, edrpou }, divisionId }) => (
              <>
                {name}
                {edrpou !== null && <p className="soft">{texts.edrpou(edrpou)}</p>}
                {divisionId !== null && (
                  <p className="soft">
                    {texts.division} <CopyId id={divisionId} what={texts.division} isShort />
                  </p>
                )}
              </>
            ),
          },
          {
            key: 'role',
            header: texts.role,
            cell: ({ employeeType, position }) => (
              <span className={styles['line']}>
                {textOf(names.employeeType, employeeType)}, {position}
              </span>
            ),
          },
          {
            key: 'status',
            header: texts.status,
            cell: ({ status, isActive }) => (
              <span className={styles['line']}>
                {textOf(names.employeeStatus, status)}
                {!isActive && <span className="soft">, {texts.notActiveRole}</span>}
              </span>
            ),
          },
          {
            key: 'period',
            header: texts.period,
            cell: ({ startDate, endDate }) => (
              <span className={styles['line']}>
                {endDate === null
                  ? texts.sinceDay(format.day(startDate))
                  : `${format.day(startDate)} – ${format.day(endDate)}`}
              </span>
            ),
          },
          {
            key: 'id',
            header: texts.record,
            cell: ({ databaseId }) => (
              <span className={styles['line']}>
                <CopyId id={databaseId} what={texts.id} isShort />
              </span>
            ),
          },
        ]}
      />
    </Card>
  )
}
