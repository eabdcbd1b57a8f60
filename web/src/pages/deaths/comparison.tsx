/** Compares a subject with an act, side by side: marks what agrees and what differs. */
import type { ReactNode } from 'react'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { DataTable } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import type { Revealed } from '../people/reveal.tsx'
import { peopleWords } from '../people/words.ts'
import type { Act, Candidate, CandidateSubject } from './queries.ts'
import { deathsTexts } from './texts.ts'

const LOOKS: Readonly<Record<string, readonly [Tone, IconName]>> = {
  equal: ['good', 'check'],
  near: ['warn', 'info'],
  distant: ['warn', 'info'],
  other: ['bad', 'cross'],
  absent: ['quiet', 'dash'],
}

interface Row {
  readonly fact: string
  readonly ours: ReactNode
  readonly theirs: ReactNode
}

interface ComparisonProps {
  readonly candidate: Candidate
  readonly subject: CandidateSubject
  readonly act: Act
  readonly revealed: Revealed
}

/** The table. */
export function Comparison({ candidate, subject, act, revealed }: ComparisonProps) {
  const texts = useTexts(deathsTexts)
  const bins = (candidate.config ?? {}) as Readonly<Record<string, string>>
  return (
    <DataTable
      isPlain
      caption={texts.comparison}
      rows={useRows(subject, act, revealed)}
      keyOf={({ fact }) => fact}
      columns={[
        { key: 'fact', header: texts.fact, cell: ({ fact }) => textOf(texts.facts, fact) },
        { key: 'ours', header: texts.ours, cell: ({ ours }) => ours },
        { key: 'theirs', header: texts.theirs, cell: ({ theirs }) => theirs },
        { key: 'mark', header: texts.mark, cell: ({ fact }) => <Mark bin={bins[fact] ?? 'absent'} /> },
      ]}
    />
  )
}

function Mark({ bin }: { readonly bin: string }) {
  const texts = useTexts(deathsTexts)
  const [tone, icon] = LOOKS[bin] ?? ['quiet', 'dash']
  return (
    <Badge tone={tone} icon={icon}>
      {textOf(texts.marks, bin)}
    </Badge>
  )
}

function useRows(subject: CandidateSubject, act: Act, revealed: Revealed): Row[] {
  const texts = useTexts(deathsTexts)
  const names = useTexts(peopleWords)
  const format = useFormat()
  const text = (value: string | null) => value ?? <span className="soft">{texts.absent}</span>
  const number = (value: string | null) => (value === null ? text(null) : <span className="mono">{value}</span>)
  const sex = (value: string | null) => (value === null ? text(null) : textOf(texts.sexes, value))
  const documents = subject.documents.map(({ databaseId, type, number: own }) => ({
    type: textOf(names.documentType, type),
    number: revealed.documents?.get(databaseId) ?? own,
  }))
  return [
    { fact: 'last_name', ours: subject.lastName, theirs: text(act.surname) },
    { fact: 'first_name', ours: subject.firstName, theirs: text(act.name) },
    { fact: 'patronymic', ours: text(subject.secondName), theirs: text(act.patronymic) },
    {
      fact: 'birth_date',
      ours: format.day(subject.birthDate),
      theirs: act.birthDay === null ? text(act.dateBirth) : format.day(act.birthDay),
    },
    { fact: 'tax_id', ours: number(revealed.taxId ?? subject.taxId), theirs: number(act.numident) },
    {
      fact: 'document',
      ours:
        documents.length === 0 ? (
          text(null)
        ) : (
          <List lines={documents.map(({ type, number: own }) => `${type} ${own}`)} />
        ),
      theirs: seizedOf(act).length === 0 ? text(null) : <List lines={seizedOf(act)} />,
    },
    { fact: 'gender', ours: sex(subject.gender), theirs: sex(act.sex) },
  ]
}

function List({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

// Their fields have the register's own names, so everything is shown.
function seizedOf({ docSeizes }: Act): string[] {
  const documents = Array.isArray(docSeizes) ? (docSeizes as unknown[]) : []
  return documents.map((document) => Object.values(Object(document)).map(String).join(' '))
}

/** The act's other fields. */
export function ActFacts({ act }: { readonly act: Act }) {
  const texts = useTexts(deathsTexts)
  const format = useFormat()
  const place = [act.region, act.locality].filter((part) => part !== null).join(', ')
  return (
    <Card title={texts.act}>
      <Facts>
        <Fact name={texts.deathDate}>
          {act.deathDay === null ? (act.dateDeath ?? texts.absent) : format.day(act.deathDay)}
        </Fact>
        <Fact name={texts.number}>{act.arRegNumber ?? texts.absent}</Fact>
        {act.arRegDate !== null && (
          <Fact name={texts.registered}>
            <Moment at={act.arRegDate} />
          </Fact>
        )}
        {place !== '' && <Fact name={texts.place}>{place}</Fact>}
        {act.composeOrg !== null && (
          <Fact name={texts.office} isWide>
            {act.composeOrg}
          </Fact>
        )}
      </Facts>
    </Card>
  )
}
