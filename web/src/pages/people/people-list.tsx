/** The list of persons or of parties: search, filters and rows. */
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import type { ApiFailure } from '../../graphql/request.ts'
import { useFormat } from '../../i18n/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { Badge, StatusBadge, statusLook } from '../../ui/badge.tsx'
import type { ExportColumn } from '../../ui/csv.ts'
import { Filters, Select } from '../../ui/field.tsx'
import { ListPage } from '../../ui/list-page.tsx'
import { Banner, EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { uiTexts } from '../../ui/texts.ts'
import type { List } from '../../ui/use-list.ts'
import { askedOf, keepAsked } from './asked.ts'
import { CUMULATIVE, isOpen, type Kind, STREAM_STATUSES, STREAMS } from './kinds.ts'
import { type Asked, askedFilter } from './looks.ts'
import styles from './people.module.css'
import type { PartyLine, PersonLine } from './queries.ts'
import { type Narrowed, narrowedBy, type PeopleSearch, searchOf, statusFilter } from './search.ts'
import { SearchForm } from './search-form.tsx'
import { fullNameOf, statusesOf } from './subject.ts'
import { peopleTexts } from './texts.ts'

type Line = PersonLine | PartyLine

/** The active filters: from the URL, and from the search that is stored outside it. */
export function useNarrowed(search: PeopleSearch) {
  const key = useLocation({ select: ({ state }) => state.asked })
  const asked = askedOf(key)
  const narrowed = narrowedBy(search)
  const filter = { ...statusFilter(narrowed), ...(asked === undefined ? {} : askedFilter(asked)) }
  return { key, asked, narrowed, filter, isGone: key !== undefined && asked === undefined }
}

interface ListProps {
  readonly kind: Kind
  readonly of: ReturnType<typeof useNarrowed>
  readonly list: List<Line>
}

/** The page. */
export function PeopleList({ kind, of, list }: ListProps) {
  const texts = useTexts(peopleTexts)
  const navigate = useNavigate()
  const { narrowed, asked, key, isGone } = of
  const go = (change: Narrowed, askedKey: string | undefined) =>
    void navigate({ to: '.', search: searchOf(change) as never, state: { asked: askedKey } })
  return (
    <ListPage
      title={texts.title[kind]}
      lead={texts.lead[kind]}
      list={list}
      above={
        <SearchForm
          key={key ?? ''}
          kind={kind}
          asked={asked}
          onAsk={(values) => go(narrowed, keepAsked(values))}
          onEnd={asked === undefined ? undefined : () => go(narrowed, undefined)}
        />
      }
      filters={
        <>
          <PeopleFilters kind={kind} narrowed={narrowed} onChange={(change) => go(change, key)} />
          {isGone && <Banner tone="info">{texts.searchGone}</Banner>}
        </>
      }
      columns={useColumns(kind)}
      keyOf={({ databaseId }) => databaseId}
      expected={14}
      empty={<Nobody asked={asked} narrowed={narrowed} />}
      refusal={(error) => (error.code === 'UNPROCESSABLE_ENTITY' ? <Refusal error={error} /> : undefined)}
      file={{ name: kind === 'person' ? 'zvirka-persons' : 'zvirka-parties', columns: useFileColumns(kind) }}
    />
  )
}

function PeopleFilters(props: {
  readonly kind: Kind
  readonly narrowed: Narrowed
  readonly onChange: (change: Narrowed) => void
}) {
  const { kind, narrowed, onChange } = props
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const { all } = useTexts(uiTexts)
  const isAny = (narrowed.overall ?? narrowed.stream) !== undefined
  return (
    <Filters onClear={isAny ? () => onChange({}) : undefined}>
      <Select
        label={texts.overall}
        value={narrowed.overall ?? ''}
        all={all}
        options={CUMULATIVE[kind].map((status) => [status, names.status[status]])}
        onChange={(value) => onChange({ ...narrowed, overall: CUMULATIVE[kind].find((each) => each === value) })}
      />
      <Select
        label={texts.stream}
        value={narrowed.stream ?? ''}
        all={all}
        options={STREAMS[kind].map((stream) => [stream, names.stream[stream]])}
        onChange={(value) => {
          const stream = STREAMS[kind].find((each) => each === value)
          const status = stream === undefined ? undefined : (narrowed.status ?? 'NOT_VERIFIED')
          onChange({ overall: narrowed.overall, stream, status })
        }}
      />
      {narrowed.stream !== undefined && (
        <Select
          label={texts.streamStatus}
          value={narrowed.status ?? ''}
          options={STREAM_STATUSES.map((status) => [status, names.status[status]])}
          onChange={(value) => onChange({ ...narrowed, status: STREAM_STATUSES.find((each) => each === value) })}
        />
      )}
    </Filters>
  )
}

// A filter without an index is not an error: the text lists the supported ones.
function Refusal({ error }: { readonly error: ApiFailure }) {
  const texts = useTexts(peopleTexts)
  return (
    <div role="alert" className={styles['refusal']}>
      <EmptyState title={texts.refused} icon="warning">
        {texts.refusedText}
      </EmptyState>
      <details className={`${styles['more']} ${styles['note']}`}>
        <summary>{texts.refusedBy}</summary>
        <p lang="en">{error.message}.</p>
      </details>
    </div>
  )
}

function Nobody({ asked, narrowed }: { readonly asked: Asked | undefined; readonly narrowed: Narrowed }) {
  const texts = useTexts(peopleTexts)
  if (asked !== undefined) return <EmptyState title={texts.notFound}>{texts.notFoundText}</EmptyState>
  if ((narrowed.overall ?? narrowed.status) !== undefined) return <EmptyState title={texts.noneWithFilters} />
  return <EmptyState title={texts.none}>{texts.noneText}</EmptyState>
}

function useColumns(kind: Kind): Column<Line>[] {
  const texts = useTexts(peopleTexts)
  const format = useFormat()
  return [
    { key: 'name', header: texts.name, cell: (line) => <Name kind={kind} line={line} /> },
    {
      key: 'birthDate',
      header: texts.birthDate,
      cell: ({ birthDate }) => <span className="numbers">{format.day(birthDate)}</span>,
    },
    { key: 'taxId', header: texts.taxId, cell: ({ taxId }) => <span className="mono">{taxId ?? '—'}</span> },
    ...(kind === 'person'
      ? [
          {
            key: 'unzr',
            header: texts.unzr,
            cell: (line: Line) => <span className="mono">{('unzr' in line ? line.unzr : null) ?? '—'}</span>,
          },
        ]
      : []),
    {
      key: 'status',
      header: texts.overall,
      cell: ({ verificationStatus }) => <StatusBadge status={verificationStatus} />,
    },
    { key: 'streams', header: texts.openStreams, cell: (line) => <OpenStreams kind={kind} line={line} /> },
  ]
}

function Name({ kind, line }: { readonly kind: Kind; readonly line: Line }) {
  const texts = useTexts(peopleTexts)
  const name = fullNameOf(line)
  return (
    <>
      {kind === 'person' ? (
        <Link to="/persons/$personId" params={{ personId: line.databaseId }}>
          {name}
        </Link>
      ) : (
        <Link to="/parties/$partyId" params={{ partyId: line.databaseId }}>
          {name}
        </Link>
      )}
      {'isActive' in line && !line.isActive && <p className={styles['note']}>{texts.inactive}</p>}
    </>
  )
}

function OpenStreams({ kind, line }: { readonly kind: Kind; readonly line: Line }) {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  const open = statusesOf(kind, line).filter(([, status]) => isOpen(status))
  if (open.length === 0) return <span className="soft">{texts.noOpenStreams}</span>
  return (
    <ul className={styles['open']}>
      {open.map(([stream, status]) => {
        const [tone, icon] = statusLook(status)
        return (
          <li key={stream} title={names.status[status as keyof typeof names.status]}>
            <Badge tone={tone} icon={icon}>
              {names.stream[stream]}
            </Badge>
            <span className="visually-hidden">: {names.status[status as keyof typeof names.status]}</span>
          </li>
        )
      })}
    </ul>
  )
}

function useFileColumns(kind: Kind): ExportColumn<Line>[] {
  const texts = useTexts(peopleTexts)
  const names = useTexts(words)
  return [
    { header: texts.id, value: ({ databaseId }) => databaseId },
    { header: texts.name, value: fullNameOf },
    { header: texts.birthDate, value: ({ birthDate }) => birthDate },
    { header: texts.taxId, value: ({ taxId }) => taxId },
    ...(kind === 'person' ? [{ header: texts.unzr, value: (line: Line) => ('unzr' in line ? line.unzr : null) }] : []),
    { header: texts.overall, value: ({ verificationStatus }) => verificationStatus },
    ...STREAMS[kind].map((stream) => ({
      header: names.stream[stream],
      value: (line: Line) => statusesOf(kind, line).find(([each]) => each === stream)?.[1],
    })),
  ]
}
