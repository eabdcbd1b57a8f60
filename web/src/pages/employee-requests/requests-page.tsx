/** The list of employee requests. */
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { textOf, useTexts } from '../../i18n/texts.ts'
import type { ExportColumn } from '../../ui/csv.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import type { Column } from '../../ui/table.tsx'
import { Moment } from '../../ui/time.tsx'
import { useList } from '../../ui/use-list.ts'
import { peopleWords } from '../people/words.ts'
import { REQUESTS, type RequestLine } from './queries.ts'
import { fullName, RequestBadge } from './request-badge.tsx'
import { NOBODY, RequestFilters, type Unaddressed } from './request-filters.tsx'
import styles from './requests.module.css'
import type { RequestsSearch } from './search.ts'
import { requestTexts } from './texts.ts'

const route = getRouteApi('/employee-requests')

/** The page. */
export function EmployeeRequestsPage() {
  const texts = useTexts(requestTexts)
  const search = route.useSearch()
  const [unaddressed, setUnaddressed] = useState<Unaddressed>(NOBODY)
  const list = useList(REQUESTS, {
    variables: { filter: filterOf(search, unaddressed) },
    place: search,
    of: ({ employeeRequests }) => employeeRequests,
  })
  return (
    <ListPage
      title={texts.title}
      lead={texts.lead}
      list={list}
      filters={<RequestFilters unaddressed={unaddressed} onUnaddressed={setUnaddressed} />}
      columns={useColumns()}
      keyOf={({ id }) => id}
      expected={18}
      empty={
        <EmptyState title={texts.empty} icon="requests">
          {texts.emptyText}
        </EmptyState>
      }
      file={{ name: 'zvirka-employee-requests', columns: fileColumns(texts) }}
    />
  )
}

function filterOf({ status, entity, edrpou, noTaxId }: RequestsSearch, unaddressed: Unaddressed) {
  const name = unaddressed.legalEntityName
  return {
    ...{ status: status ?? null, legalEntityId: entity ?? null },
    edrpou: edrpou ?? (unaddressed.edrpou === '' ? null : unaddressed.edrpou),
    legalEntityName: name === '' ? null : name,
    noTaxId: noTaxId === undefined ? null : noTaxId === 'yes',
  }
}

// Long facility names must not wrap the short columns.
function Line({ children }: { readonly children: ReactNode }) {
  return <span className={styles['line']}>{children}</span>
}

function useColumns(): Column<RequestLine>[] {
  const texts = useTexts(requestTexts)
  const names = useTexts(peopleWords)
  const search = route.useSearch()
  return [
    {
      key: 'name',
      header: texts.name,
      cell: ({ databaseId, party }) => (
        <Link to="/employee-requests/$requestId" params={{ requestId: databaseId }}>
          {fullName(party)}
        </Link>
      ),
    },
    {
      key: 'status',
      header: texts.status,
      cell: ({ status }) => (
        <Line>
          <RequestBadge status={status} />
        </Line>
      ),
    },
    {
      key: 'type',
      header: texts.type,
      cell: ({ employeeType, position }) => (
        <span className={styles['pair']}>
          {textOf(names.employeeType, employeeType)}
          <span className="mono soft">{position}</span>
        </span>
      ),
    },
    {
      key: 'legalEntity',
      header: texts.legalEntity,
      cell: ({ legalEntity: { databaseId, name, edrpou } }) => (
        <span className={styles['pair']}>
          <Link
            className={styles['entity'] ?? ''}
            to="/employee-requests"
            search={{ ...search, entity: databaseId, after: undefined, before: undefined }}
            title={texts.narrowEntity(name ?? databaseId)}
            activeProps={{}}
            {...{ 'aria-current': undefined }}
          >
            {name ?? databaseId}
          </Link>
          {edrpou !== null && <span className="soft">{texts.edrpouOf(edrpou)}</span>}
        </span>
      ),
    },
    {
      key: 'asked',
      header: texts.asked,
      cell: ({ insertedAt }) => (
        <Line>
          <Moment at={insertedAt} />
        </Line>
      ),
    },
    {
      key: 'answered',
      header: texts.answered,
      cell: ({ updatedAt }) => (
        <Line>
          <Moment at={updatedAt} />
        </Line>
      ),
    },
  ]
}

function fileColumns(texts: (typeof requestTexts)['uk']): ExportColumn<RequestLine>[] {
  return [
    { header: texts.id, value: ({ databaseId }) => databaseId },
    { header: texts.name, value: ({ party }) => fullName(party) },
    { header: texts.status, value: ({ status }) => status },
    { header: texts.type, value: ({ employeeType }) => employeeType },
    { header: texts.position, value: ({ position }) => position },
    { header: texts.legalEntityId, value: ({ legalEntity }) => legalEntity.databaseId },
    { header: texts.legalEntity, value: ({ legalEntity }) => legalEntity.name },
    { header: texts.edrpou, value: ({ legalEntity }) => legalEntity.edrpou },
    { header: texts.start, value: ({ startDate }) => startDate },
    { header: texts.asked, value: ({ insertedAt }) => insertedAt },
    { header: texts.answered, value: ({ updatedAt }) => updatedAt },
  ]
}
