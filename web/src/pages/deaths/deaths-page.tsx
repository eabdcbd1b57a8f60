/** Acts of death that need a decision, most certain first. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { useFormat } from '../../i18n/format.ts'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { Badge } from '../../ui/badge.tsx'
import type { ExportColumn } from '../../ui/csv.ts'
import { FilterRow, useFilters, WordFilter } from '../../ui/list-filters.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { Moment } from '../../ui/time.tsx'
import { type List, useList } from '../../ui/use-list.ts'
import type { Kind } from '../people/kinds.ts'
import { fullNameOf } from '../people/subject.ts'
import { type CandidateLine, PARTY_CANDIDATES, PERSON_CANDIDATES } from './queries.ts'
import { ZONES } from './search.ts'
import { deathsTexts } from './texts.ts'

const route = getRouteApi('/deaths')

/** The page. */
export function DeathsPage() {
  return route.useSearch().kind === 'party' ? <Parties /> : <Persons />
}

function Persons() {
  const search = route.useSearch()
  const list = useList(PERSON_CANDIDATES, {
    variables: { filter: { zone: search.zone ?? null } },
    place: search,
    of: ({ personDracsDeathCandidates }) => personDracsDeathCandidates,
  })
  return <Candidates kind="person" list={list} />
}

function Parties() {
  const search = route.useSearch()
  const list = useList(PARTY_CANDIDATES, {
    variables: { filter: { zone: search.zone ?? null } },
    place: search,
    of: ({ partyDracsDeathCandidates }) => partyDracsDeathCandidates,
  })
  return <Candidates kind="party" list={list} />
}

function Candidates({ kind, list }: { readonly kind: Kind; readonly list: List<CandidateLine> }) {
  const texts = useTexts(deathsTexts)
  const { zone } = route.useSearch()
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      filters={<DeathFilters />}
      caption={`${texts.title}: ${texts.kinds[kind]}`}
      columns={useColumns(kind)}
      keyOf={({ databaseId }) => databaseId}
      expected={12}
      empty={
        zone === undefined ? (
          <EmptyState title={texts.none} icon="check">
            {texts.noneText}
          </EmptyState>
        ) : (
          <EmptyState title={texts.noneWithFilters} />
        )
      }
      file={{ name: 'zvirka-deaths', columns: fileColumns(texts) }}
    />
  )
}

function DeathFilters() {
  const texts = useTexts(deathsTexts)
  const { all } = useTexts(uiTexts)
  const filters = useFilters(route.useSearch())
  return (
    <FilterRow of={filters}>
      <WordFilter
        of={filters}
        name="kind"
        label={texts.kind}
        all={texts.kinds.person}
        options={[['party', texts.kinds.party]]}
      />
      <WordFilter
        of={filters}
        name="zone"
        label={texts.zone}
        all={all}
        options={ZONES.map((zone) => [zone, texts.zones[zone]])}
      />
    </FilterRow>
  )
}

/** How certain a candidate is, shown by word, shape and colour. */
export function ZoneBadge({ zone }: { readonly zone: string | null }) {
  const texts = useTexts(deathsTexts)
  return zone === 'WHITE' ? (
    <Badge tone="bad" icon="warning">
      {texts.zones.WHITE}
    </Badge>
  ) : (
    <Badge tone="warn" icon="info">
      {textOf(texts.zones, zone ?? 'GREY')}
    </Badge>
  )
}

/** Whether the person's doctor has been asked to confirm the death. */
export function isWithDoctor(subject: CandidateLine['subject']): boolean {
  return subject?.verificationDetails?.dracsDeath?.verificationReason.startsWith('MANUAL') ?? false
}

function useColumns(kind: Kind): Column<CandidateLine>[] {
  const texts = useTexts(deathsTexts)
  const format = useFormat()
  return [
    {
      key: 'name',
      header: texts.name,
      cell: ({ databaseId, subject }) => (
        <Link
          to={kind === 'person' ? '/deaths/persons/$candidateId' : '/deaths/parties/$candidateId'}
          params={{ candidateId: databaseId }}
        >
          {subject === null ? databaseId.slice(0, 8) : fullNameOf(subject)}
        </Link>
      ),
    },
    {
      key: 'birthDate',
      header: texts.birthDate,
      cell: ({ subject }) => (subject === null ? '—' : format.day(subject.birthDate)),
    },
    { key: 'zone', header: texts.zone, cell: ({ zone }) => <ZoneBadge zone={zone} /> },
    { key: 'score', header: texts.score, isNumber: true, cell: ({ score }) => score.toFixed(2) },
    {
      key: 'since',
      header: texts.since,
      cell: ({ insertedAt, subject }) => (
        <>
          <Moment at={insertedAt} />
          {isWithDoctor(subject) && <p className="soft">{texts.withDoctor}</p>}
        </>
      ),
    },
  ]
}

// The file contains no names: its reader can open the record.
function fileColumns(texts: (typeof deathsTexts)['uk']): ExportColumn<CandidateLine>[] {
  return [
    { header: texts.id, value: ({ databaseId }) => databaseId },
    { header: texts.zone, value: ({ zone }) => zone },
    { header: texts.score, value: ({ score }) => String(score) },
    { header: texts.since, value: ({ insertedAt }) => insertedAt },
  ]
}
